using System.Globalization;

namespace Proxify.FailuresBench;

/// <summary>What a session costs beside many that are idle: it must not depend on them.</summary>
static class IdleSection
{
    const string Name = "idle sessions";
    const int Sessions = 3_000;

    static readonly byte[] Question = "PING\r\n"u8.ToArray();

    public static async Task RunAsync(string only, string proxies, int rounds, string binary, CancellationToken cancellation)
    {
        if (!Name.Contains(only, StringComparison.OrdinalIgnoreCase))
            return;
        // Each idle session takes two of the proxy's descriptors.
        int[] idle = [0, 1_000, (int)Math.Min(10_000, (Descriptors.Limit() / 2) - 200)];
        Console.WriteLine();
        Console.WriteLine($"| CPU per session, µs | ended by | {string.Join(" | ", idle.Select(static n => $"beside {n:N0} idle"))} | to none |");
        Console.WriteLine($"| --- | --- | {string.Concat(Enumerable.Repeat("---: | ", idle.Length))}---: |");
        foreach (var contender in Contender.All.Where(c => c.Name.Contains(proxies, StringComparison.OrdinalIgnoreCase)))
        {
            foreach (var (word, end) in ((string, Action<int>)[])[("FIN", RawSocket.Close), ("reset", RawSocket.Reset)])
            {
                var figures = await MeasureAsync(contender, end, idle, rounds, binary, cancellation);
                Console.WriteLine($"| {contender.Name} | {word} | {string.Join(" | ", figures.Select(static f => f.ToString("0", CultureInfo.InvariantCulture)))} | {(figures[^1] / figures[0]).ToString("0.00", CultureInfo.InvariantCulture)} |");
            }
        }
    }

    /// <summary>Medians; one proxy for all rounds, since its idle sessions cannot be had again at once.</summary>
    static async Task<double[]> MeasureAsync(Contender contender, Action<int> end, int[] idle, int rounds, string binary, CancellationToken cancellation)
    {
        using var workspace = new Workspace();
        await using var target = new Target(0, Ports.Next());
        await target.StartAsync(cancellation, maxClients: idle[^1] + 1_000);
        var port = Ports.Next();
        await using var proxy = await contender.StartAsync(port, target.Port, binary, workspace, cancellation);
        _ = Serve(port, end);
        var held = new List<int>();
        try
        {
            var figures = new List<double>();
            foreach (var count in idle)
            {
                while (held.Count < count)
                {
                    held.Add(RawSocket.Connect(port, patience: 10));
                    // Answered: it is a session now, and not one that waits to be accepted.
                    if (held[^1] < 0 || !RawSocket.TrySend(held[^1], Question) || !RawSocket.TryReceive(held[^1]))
                        throw new BenchException($"{contender.Name}: idle session {held.Count} of {count} is not served");
                }

                var costs = new List<double>();
                for (var round = 0; round < rounds; round++)
                {
                    var before = CpuClock.Of(proxy.Id);
                    var served = Serve(port, end);
                    costs.Add((CpuClock.Of(proxy.Id) - before).TotalMicroseconds / served);
                }

                figures.Add(costs.Order().ElementAt(rounds / 2));
            }

            return [.. figures];
        }
        finally
        {
            held.ForEach(RawSocket.Reset);
        }
    }

    static int Serve(int port, Action<int> end)
    {
        for (var i = 0; i < Sessions; i++)
        {
            var fd = RawSocket.Connect(port, patience: 10);
            if (fd < 0 || !RawSocket.TrySend(fd, Question) || !RawSocket.TryReceive(fd))
                throw new BenchException("a session was not served");
            end(fd);
        }

        return Sessions;
    }
}
