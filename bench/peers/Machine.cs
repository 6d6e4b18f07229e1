using Proxify.Peers.Contenders;

namespace Proxify.Peers;

/// <summary>What a figure means nothing without: processor, kernel, versions.</summary>
static class Machine
{
    public static async Task DescribeAsync(TextWriter to, IReadOnlyList<Contender> contenders, double busy, CancellationToken cancellation)
    {
        await to.WriteLineAsync(
            $"- processor: {Info("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {Gigabytes(Info("/proc/meminfo", "MemTotal"))} GB of memory; {busy:P0} busy with other work before the start");
        await to.WriteLineAsync(
            $"- kernel: {(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancellation)).Trim()}; {(NetworkNamespace.IsOwn ? "a network namespace of its own" : "the machine's own loopback (as root: a namespace of its own)")}");
        foreach (var contender in contenders.DistinctBy(contender => string.Join(" ", contender.Version)).Where(contender => contender.Version.Length > 0))
            await to.WriteLineAsync($"- {contender.Name.Split(':')[0]}: {await VersionAsync(contender.Version, cancellation)}");
        await to.WriteLineAsync(
            $"- load and targets: {await VersionAsync(["redis-server", "--version"], cancellation)}; {await VersionAsync(["nginx", "-v"], cancellation)}; {await VersionAsync(["wrk", "-v"], cancellation)}; {await VersionAsync(["iperf3", "--version"], cancellation)}; {await VersionAsync(["memcached", "--version"], cancellation)}");
    }

    /// <summary>How much of the processors is in use now, 0 to 1: figures from a busy machine are noise, and the reader should know.</summary>
    public static async Task<double> BusyAsync(CancellationToken cancellation)
    {
        var before = CpuTimes();
        await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        var now = CpuTimes();
        return 1 - (now.Idle - before.Idle) / Math.Max(1, now.Total - before.Total);
    }

    // proc(5): user nice system idle iowait irq softirq steal; what follows is counted in user already.
    static (double Idle, double Total) CpuTimes()
    {
        var ticks = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Take(8).Select(double.Parse).ToArray();
        return (ticks[3] + ticks[4], ticks.Sum());
    }

    static string Info(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

    static string Gigabytes(string kilobytes) => double.TryParse(kilobytes.Split(' ')[0], out var number) ? $"{number * 1024 / 1e9:N0}" : "unknown";

    static async Task<string> VersionAsync(string[] command, CancellationToken cancellation)
    {
        try
        {
            await using var process = ProcessHandle.Start(command[0], command[1..]);
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            bound.CancelAfter(TimeSpan.FromSeconds(10));
            return await process.FirstLineAsync(bound.Token);
        }
        catch (Exception wrong) when (wrong is BenchException || (wrong is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return $"unknown ({wrong.Message})";
        }
    }
}
