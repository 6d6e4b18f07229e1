namespace Proxify.SteeringBench;

/// <summary>What a connection costs, steered and bound.</summary>
static class ConnectionSection
{
    public static async Task RunAsync(Options options, Workspace workspace)
    {
        await using var target = ProcessHandle.Start("nginx", "-e", "stderr", "-c", workspace.Expand("http-target.conf", ConfigText.Target));
        Contender[] contenders =
        [
            new("bound, 4 ports", Steering: false, workspace.Write("config.json", ConfigText.Of(ConfigText.FourPorts))),
            new("steered, 4 ports", Steering: true, workspace.Write("config.json", ConfigText.Of(ConfigText.FourPorts))),
            new("steered, 65,000 ports", Steering: true, workspace.Write("config.json", ConfigText.Of(ConfigText.SixtyFiveThousandPorts))),
            new("steered, 65,000 ports, 100,000 source networks", Steering: true,
                workspace.Write("config.json", ConfigText.Of(ConfigText.SixtyFiveThousandPorts, ConfigText.Prefixes(100_000, 1)))),
        ];

        // All of them at once would share the processors; one after the other, in short turns, they share the other load of the machine evenly.
        for (var round = 0; round < 3 * options.Rounds; round++)
        {
            foreach (var contender in contenders.Skip(round % contenders.Length).Concat(contenders.Take(round % contenders.Length)))
            {
                await using var proxy = await ProxyProcess.StartProxifyAsync(options, contender.Config, contender.Steering);
                Connections.Run(5001, TimeSpan.FromSeconds(0.5));
                var before = proxy.Cpu;
                var load = Connections.Run(5001, TimeSpan.FromSeconds(options.Seconds));
                var cpu = (proxy.Cpu - before).TotalMicroseconds / load.Count;
                contender.Samples.Add((load.Rate, load.ClientCpu.TotalMicroseconds / load.Count, cpu));
                await Console.Error.WriteLineAsync($"connections {round + 1}/{3 * options.Rounds} {contender.Name}: {contender.Samples[^1]}");
            }
        }

        Console.WriteLine();
        Console.WriteLine("| | connections/s | to bound | CPU, client and SYN, µs | to bound | CPU, proxy, µs | to bound |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var contender in contenders)
        {
            Console.WriteLine(
                $"| {contender.Name} | {Cells(contender, s => s.Rate, "N0")} | {Cells(contender, s => s.ClientCpu, "N1")} | {Cells(contender, s => s.ProxyCpu, "N1")} |");
        }

        // The ratio is the median of the rounds' own ratios: the two of a round met about the same load from others.
        string Cells(Contender contender, Func<(double Rate, double ClientCpu, double ProxyCpu), double> figure, string format)
        {
            var ratios = contender.Samples.Zip(contenders[0].Samples, (own, bound) => figure(own) / figure(bound));
            return $"{Statistics.Median(contender.Samples.Select(figure)).ToString(format)} | {Statistics.Median(ratios):0.000}";
        }
    }

    sealed record Contender(string Name, bool Steering, string Config)
    {
        public List<(double Rate, double ClientCpu, double ProxyCpu)> Samples { get; } = [];
    }
}
