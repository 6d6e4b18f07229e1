namespace Proxify.SteeringBench;

/// <summary>What a figure means nothing without.</summary>
static class Machine
{
    public static async Task DescribeAsync(TextWriter to)
    {
        var load = (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ');
        var (haproxy, nginx) = (await VersionAsync("haproxy"), await VersionAsync("nginx"));
        await to.WriteLineAsync(
            $"{Info("/proc/cpuinfo", "model name")}, {Environment.ProcessorCount} processors, {(NetworkNamespace.IsOwn ? "a network namespace of its own" : "the machine's own loopback")}; " +
            $"Linux {(await File.ReadAllTextAsync("/proc/sys/kernel/osrelease")).Trim()}; {haproxy}; {nginx}; other load before the start: {load[0]} (1 min), {load[1]} (5 min).");
    }

    static string Info(string file, string key) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";

    static async Task<string> VersionAsync(string program)
    {
        await using var process = ProcessHandle.Start(program, "-v");
        return (await process.FirstLineAsync(CancellationToken.None)).Split(" - ")[0];
    }
}
