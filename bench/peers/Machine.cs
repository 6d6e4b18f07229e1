using Proxify.Peers.Contenders;

namespace Proxify.Peers;

/// <summary>What a figure means nothing without: processor, kernel, versions.</summary>
static class Machine
{
    public static async Task DescribeAsync(TextWriter to, IReadOnlyList<Contender> contenders, CancellationToken cancellation)
    {
        await to.WriteLineAsync($"- processor: {Info("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} cores, {Info("/proc/meminfo", "MemTotal")}");
        await to.WriteLineAsync($"- kernel: {(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease", cancellation)).Trim()}; {(NetworkNamespace.IsOwn ? "a network namespace of its own" : "the machine's own loopback (as root: a namespace of its own)")}");
        foreach (var contender in contenders.DistinctBy(contender => contender.Version).Where(contender => contender.Version.Length > 0))
            await to.WriteLineAsync($"- {contender.Name.Split(':')[0]}: {await VersionAsync(contender.Version, cancellation)}");
        await to.WriteLineAsync($"- load and targets: {await VersionAsync(["redis-server", "--version"], cancellation)}; {await VersionAsync(["nginx", "-v"], cancellation)}; {await VersionAsync(["wrk", "-v"], cancellation)}; {await VersionAsync(["iperf3", "--version"], cancellation)}");
    }

    static string Info(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown";

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
