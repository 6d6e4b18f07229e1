using System.Diagnostics;

namespace Proxify.SteeringBench;

/// <summary>Reloads of many ports and of many source networks, and starts with them.</summary>
static class ReloadSection
{
    public static async Task RunAsync(Options options, Workspace workspace)
    {
        var few = ConfigText.Of(ConfigText.FourPorts);
        var ports = ConfigText.Of([.. ConfigText.FourPorts, .. ConfigText.TenThousandPorts]);
        var firstNetworks = ConfigText.Of(ConfigText.FourPorts, ConfigText.Prefixes(100_000, 1));
        var otherNetworks = ConfigText.Of(ConfigText.FourPorts, ConfigText.Prefixes(100_000, 2));
        (string Name, bool Steering, string From, string To)[] reloads =
        [
            ("steered: 10,000 ports added", true, few, ports),
            ("steered: 10,000 ports removed", true, ports, few),
            ("bound: 10,000 ports added", false, few, ports),
            ("bound: 10,000 ports removed", false, ports, few),
            ("steered: 100,000 source networks added", true, few, firstNetworks),
            ("steered: 100,000 source networks exchanged for others", true, firstNetworks, otherNetworks),
            ("steered: 100,000 source networks that stay, 10,000 ports added", true, firstNetworks,
                ConfigText.Of([.. ConfigText.FourPorts, .. ConfigText.TenThousandPorts], ConfigText.Prefixes(100_000, 1))),
            ("bound: 100,000 source networks added", false, few, firstNetworks),
        ];
        var times = reloads.Select(_ => new List<double>()).ToArray();
        var starts = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            for (var i = 0; i < reloads.Length; i++)
            {
                var (name, steering, from, to) = reloads[i];
                var file = workspace.Write("config.json", from);
                await using var proxy = await ProxyProcess.StartProxifyAsync(options, file, steering);
                if (from == firstNetworks)
                    starts.Add(proxy.StartTime.TotalMilliseconds);
                times[i].Add(await ReloadAsync(proxy, file, to));
                await Console.Error.WriteLineAsync($"reload {round + 1}/{options.Rounds} {name}: {times[i][^1]:N0} ms");
            }
        }

        Console.WriteLine();
        Console.WriteLine("| | median, ms | fastest, ms |");
        Console.WriteLine("| --- | ---: | ---: |");
        foreach (var (reload, own) in reloads.Zip(times))
            Console.WriteLine($"| reload, {reload.Name} | {Statistics.Median(own):N0} | {own.Min():N0} |");
        Console.WriteLine($"| start, steered, 100,000 source networks | {Statistics.Median(starts):N0} | {starts.Min():N0} |");
    }

    /// <summary>From SIGHUP to the line that says it is done: reading, checking, bringing into force.</summary>
    static async Task<double> ReloadAsync(ProxyProcess proxy, string file, string config)
    {
        const string Done = "Config reloaded";
        // A new file in the old one's place: none is ever read half-written.
        await File.WriteAllTextAsync(file + ".next", config);
        File.Move(file + ".next", file, overwrite: true);
        var start = Stopwatch.GetTimestamp();
        proxy.Signal("HUP");
        return Stopwatch.GetElapsedTime(start, (await proxy.WaitForAsync(Done, 1)).At).TotalMilliseconds;
    }
}
