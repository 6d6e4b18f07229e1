using System.Globalization;

namespace Proxify.FailuresBench;

/// <summary>What clients that behave notice of one that floods.</summary>
static class StormSection
{
    static readonly TimeSpan Duration = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(string only, string proxies, int rounds, string binary, CancellationToken cancellation)
    {
        var storms = Storm.All.Where(s => s.Name.Contains(only, StringComparison.OrdinalIgnoreCase)).ToList();
        if (storms.Count == 0)
            return;
        Console.WriteLine();
        Console.WriteLine("| flood | proxy | made, a second | failed | new connections: answers/s | median, ms | 99 % below, ms | one connection: answers/s | 99 % below, ms | the second after: answers/s | 99 % below, ms | most descriptors | proxy's CPU, µs each |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var storm in storms)
        {
            var contenders = Contender.All.Where(c => c.Name.Contains(proxies, StringComparison.OrdinalIgnoreCase)).ToList();
            var samples = contenders.ToDictionary(c => c, _ => new List<double[]>());
            for (var round = 0; round < rounds; round++)
            {
                foreach (var contender in contenders)
                {
                    samples[contender].Add(await MeasureAsync(storm, contender, binary, cancellation));
                    await Console.Error.WriteLineAsync(
                        $"{storm.Name}, {contender.Name}, {round + 1}/{rounds}: {string.Join(' ', samples[contender][^1].Select(static v => v.ToString("0.##", CultureInfo.InvariantCulture)))}");
                }
            }

            foreach (var contender in contenders)
            {
                var figures = Enumerable.Range(0, samples[contender][0].Length).Select(i => samples[contender].Select(s => s[i]).Order().ElementAt(rounds / 2));
                var cells = figures.Select(static f => f.ToString(f < 100 ? "0.##" : "N0", CultureInfo.InvariantCulture));
                Console.WriteLine($"| {storm.Name} | {contender.Name} | {string.Join(" | ", cells)} |");
            }
        }
    }

    static async Task<double[]> MeasureAsync(Storm storm, Contender contender, string binary, CancellationToken cancellation)
    {
        using var workspace = new Workspace();
        await using var target = new Target(0, Ports.Next());
        await target.StartAsync(cancellation);
        var port = Ports.Next();
        await using var proxy = await contender.StartAsync(port, target.Port, binary, workspace, cancellation);
        _ = await Bystander.AskAsync(port, TimeSpan.FromSeconds(1), keepsConnection: false);

        var before = CpuClock.Of(proxy.Id);
        using var over = new CancellationTokenSource(Duration);
        var flood = Task.Factory.StartNew(() => storm.Run(port, over.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var newcomers = Bystander.AskAsync(port, Duration, keepsConnection: false);
        var regular = Bystander.AskAsync(port, Duration, keepsConnection: true);
        var most = 0;
        while (!flood.IsCompleted)
        {
            most = Math.Max(most, Directory.GetFiles($"/proc/{proxy.Id}/fd").Length);
            await Task.WhenAny(flood, Task.Delay(100, cancellation));
        }

        var (made, failed) = await flood;
        var cpu = CpuClock.Of(proxy.Id) - before;
        var after = await Bystander.AskAsync(port, TimeSpan.FromSeconds(1), keepsConnection: false);
        var (rate, median, highest) = await newcomers;
        var (longRate, _, longHighest) = await regular;
        return [made / Duration.TotalSeconds, failed, rate, median, highest, longRate, longHighest, after.Rate, after.Highest, most,
            cpu.TotalMicroseconds / Math.Max(1, made)];
    }
}
