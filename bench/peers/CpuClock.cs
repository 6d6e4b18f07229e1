using System.Runtime.InteropServices;

namespace Proxify.Peers;

/// <summary>The processor time that processes and threads have used, in user and kernel mode, to the nanosecond.</summary>
static unsafe partial class CpuClock
{
    // The kernel makes clocks of ids (CPUCLOCK_SCHED, CPUCLOCK_PERTHREAD_MASK in linux/posix-timers.h); clock_getcpuclockid(3) does just this.
    const int Scheduled = 2;
    const int OneThread = 4;
    const int Children = -1;

    /// <summary>Of a process and its descendants, all threads, io_uring's own included.</summary>
    public static TimeSpan Of(int root) => TimeSpan.FromSeconds(ProcessTree.Of(root).Sum(id => Seconds(~id << 3 | Scheduled)));

    /// <summary>For <see cref="OfThread"/>.</summary>
    public static int ThisThread() => gettid();

    /// <summary>Of one thread of this process.</summary>
    public static TimeSpan OfThread(int id) => TimeSpan.FromSeconds(Seconds(~id << 3 | Scheduled | OneThread));

    /// <summary>Of all children of this process that have ended and were waited for.</summary>
    public static TimeSpan OfEndedChildren()
    {
        // struct rusage: user and kernel time, as seconds and microseconds, then fourteen numbers.
        var usage = stackalloc long[18];
        _ = getrusage(Children, usage);
        return TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);
    }

    // A process that has just ended has no clock, and no more time to use.
    static double Seconds(int clock)
    {
        var time = stackalloc long[2];
        return clock_gettime(clock, time) == 0 ? time[0] + time[1] / 1e9 : 0;
    }

    [LibraryImport("libc")]
    private static partial int clock_gettime(int clock, long* time);

    [LibraryImport("libc")]
    private static partial int gettid();

    [LibraryImport("libc")]
    private static partial int getrusage(int who, long* usage);
}
