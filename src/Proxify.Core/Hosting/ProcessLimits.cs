using Proxify.Linux;

namespace Proxify.Hosting;

/// <summary>Limits of threads and address space that are too low to live with: where they are reached .NET ends the process.</summary>
internal static class ProcessLimits
{
    /// <summary>Beside the transport's: the runtime's own, logging, timers, signals, and the first of the thread pool.</summary>
    private const int OtherThreads = 12;

    /// <summary>The runtime reserves much more than it uses: for its heap, and 136 MiB for each thread's stack and heap arena.</summary>
    private const ulong EnoughAddressSpace = 4UL << 30;

    /// <summary>A phrase for each limit that is too low.</summary>
    public static IEnumerable<string> FindTight(int workers)
    {
        var needed = (ulong)(workers + Environment.ProcessorCount + OtherThreads);
        if (Libc.ThreadLimit is { } threads && threads < needed)
            yield return $"this user may have {threads} threads (ulimit -u), and proxify takes {needed}";
        if (ReadPidsMax() is { } tasks && tasks < needed)
            yield return $"the control group may have {tasks} threads (pids.max, TasksMax=), and proxify takes {needed}";
        if (Libc.AddressSpaceLimit is { } bytes && bytes < EnoughAddressSpace)
            yield return $"the process may have {bytes >> 20} MiB of address space (ulimit -v, LimitAS=), and proxify reserves up to {EnoughAddressSpace >> 20}";
    }

    /// <summary>
    /// The least of the process's own control group and of all above it, with either version of them (cgroups(7)); null where there is no limit or it cannot be
    /// read.
    /// </summary>
    internal static ulong? ReadPidsMax(string membership = "/proc/self/cgroup", string root = "/sys/fs/cgroup")
    {
        ulong? least = null;
        try
        {
            foreach (var line in File.ReadLines(membership))
            {
                var fields = line.Split(':', 3); // 0::/path, or 8:pids:/path
                if (fields is not [_, "" or "pids", var path])
                    continue;
                for (var group = path; group is not null; group = Path.GetDirectoryName(group))
                {
                    var file = $"{root}/{fields[1]}{group}/pids.max";
                    if (File.Exists(file) && ulong.TryParse(File.ReadAllText(file).Trim(), out var max))
                        least = Math.Min(least ?? max, max);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody is owed this warning.
        }

        return least;
    }
}
