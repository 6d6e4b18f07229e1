using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Resource limits (getrlimit(2)).</summary>
public static unsafe partial class Libc
{
    private const int RlimitNoFile = 7;
    private const int RlimitMemLock = 8;
    private const int RlimitThreads = 6;
    private const int RlimitAddressSpace = 9;

    /// <summary>Raises the soft limit of open files to the hard one; NativeAOT does not do that by itself. Returns the limit in force.</summary>
    public static ulong RaiseOpenFilesLimit()
    {
        RLimit limit;
        if (getrlimit(RlimitNoFile, &limit) != 0)
            return 0;
        if (limit.Soft < limit.Hard)
        {
            var raised = limit with { Soft = limit.Hard };
            if (setrlimit(RlimitNoFile, &raised) == 0)
                limit = raised;
        }

        return limit.Soft;
    }

    /// <summary>How many files the process may have open: the soft limit.</summary>
    public static ulong OpenFilesLimit
    {
        get
        {
            RLimit limit;
            return getrlimit(RlimitNoFile, &limit) == 0 ? limit.Soft : ulong.MaxValue;
        }
    }

    /// <summary>Bytes of memory that the user's processes may lock: RLIMIT_MEMLOCK; null where there is no limit.</summary>
    public static ulong? LockedMemoryLimit => SoftLimit(RlimitMemLock);

    /// <summary>Bytes of address space of this process: RLIMIT_AS; null where there is no limit.</summary>
    public static ulong? AddressSpaceLimit => SoftLimit(RlimitAddressSpace);

    /// <summary>Threads that this user may have in all: RLIMIT_NPROC; null where there is no limit, or none for this process (clone(2), EAGAIN).</summary>
    public static ulong? ThreadLimit => HasCapability(Capability.SysResource) || HasCapability(Capability.SysAdmin) ? null : SoftLimit(RlimitThreads);

    private static ulong? SoftLimit(int resource)
    {
        RLimit limit;
        return getrlimit(resource, &limit) == 0 && limit.Soft != ulong.MaxValue ? limit.Soft : null;
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, RLimit* limit);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, RLimit* limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct RLimit(ulong Soft, ulong Hard);
}
