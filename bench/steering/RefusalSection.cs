namespace Proxify.SteeringBench;

/// <summary>How many refused connections a second still leave other clients alone: in the proxy after accepting, and in the kernel at the SYN.</summary>
static class RefusalSection
{
    static readonly int[] Rates = [0, 1_000, 2_000, 5_000, 10_000, 20_000, 40_000, 80_000];

    public static async Task RunAsync(Options options, Workspace workspace)
    {
        await using var target = ProcessHandle.Start("nginx", "-e", "stderr", "-c", workspace.Expand("http-target.conf", ConfigText.Target));
        var config = workspace.Write("config.json", ConfigText.WithLimitedApp());

        Console.WriteLine();
        Console.WriteLine("| refused in | asked for, a second | made, a second | others' median, ms | to none | 99 % below, ms | proxy's CPU, µs each |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var steering in (bool[])[false, true])
        {
            await using var proxy = await ProxyProcess.StartProxifyAsync(options, config, steering);
            Measure(proxy, 1_000, options.Seconds);
            var steps = Rates.Select(rate => (Rate: rate, Samples: new List<Sample>())).ToList();
            for (var round = 0; round < options.Rounds; round++)
            {
                foreach (var (rate, samples) in steps)
                {
                    samples.Add(Measure(proxy, rate, options.Seconds));
                    await Console.Error.WriteLineAsync($"refusals {round + 1}/{options.Rounds}, {(steering ? "kernel" : "proxy")}, {rate}/s: {samples[^1]}");
                }
            }

            foreach (var (rate, samples) in steps)
            {
                // A round's own unloaded figure: the two met about the same load from others.
                var ratio = Statistics.Median(samples.Zip(steps[0].Samples, (own, none) => own.Median / none.Median));
                var each = rate == 0 || steering
                    ? "–"
                    : $"{Statistics.Median(samples.Zip(steps[0].Samples, (own, none) => (own.Cpu - none.Cpu).TotalMicroseconds / own.Refused)):0.0}";
                Console.WriteLine($"| {(steering ? "the kernel" : "the proxy")} | {rate:N0} | {Statistics.Median(samples.Select(s => s.Refused / (double)options.Seconds)):N0} | " +
                    $"{Statistics.Median(samples.Select(s => s.Median)):0.000} | {ratio:0.00} | {Statistics.Median(samples.Select(s => s.Highest)):0.00} | {each} |");
            }
        }
    }

    static Sample Measure(ProxyProcess proxy, int rate, int seconds)
    {
        var before = proxy.Cpu;
        var flood = rate == 0 ? null : Refusals.Start(ConfigText.LimitedPort, rate, TimeSpan.FromSeconds(seconds));
        var latencies = Latencies.Measure(5001, TimeSpan.FromSeconds(seconds));
        var refused = flood?.Join() ?? 0;
        return new Sample(refused, Statistics.Median(latencies), Statistics.Percentile(latencies, 99), proxy.Cpu - before);
    }

    sealed record Sample(long Refused, double Median, double Highest, TimeSpan Cpu);
}
