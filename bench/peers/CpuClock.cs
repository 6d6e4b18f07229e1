namespace Proxify.Peers;

/// <summary>The processor time that processes have used, in user and kernel mode.</summary>
static class CpuClock
{
    // sysconf(_SC_CLK_TCK): 100 on every architecture that .NET runs on.
    const double TicksPerSecond = 100;

    /// <summary>Of a process and its descendants, all threads, io_uring's own included.</summary>
    public static TimeSpan Of(int root)
    {
        // proc(5): utime is field 14 and stime 15, counted from 1; these begin at the third.
        var ticks = ProcessTree.Of(root).Select(ProcessTree.Stat).Where(stat => stat.Length > 12).Sum(stat => long.Parse(stat[11]) + long.Parse(stat[12]));
        return TimeSpan.FromSeconds(ticks / TicksPerSecond);
    }
}
