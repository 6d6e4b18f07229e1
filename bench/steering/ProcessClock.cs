using System.Runtime.InteropServices;

namespace Proxify.SteeringBench;

/// <summary>The processor time of another process, to the nanosecond; /proc/PID/stat counts in hundredths of a second, which is half of a start.</summary>
static unsafe partial class ProcessClock
{
    // The kernel's clock id of a process: its number, inverted, and CPUCLOCK_SCHED (clock_getcpuclockid(3)).
    const int Scheduler = 2;

    /// <summary>All threads', those that have ended and those of earlier images (execve(2)) included.</summary>
    public static TimeSpan Of(int processId)
    {
        long* time = stackalloc long[2];
        return clock_gettime((~processId << 3) | Scheduler, time) == 0
            ? TimeSpan.FromSeconds(time[0]) + TimeSpan.FromMicroseconds(time[1] / 1e3)
            : throw new BenchException($"no processor time of process {processId}");
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);
}
