using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class Libc
{
    private const uint CapabilityVersion3 = 0x20080522;
    private const int PrCapBSetDrop = 24;
    private const int PrSetNoNewPrivs = 38;
    private const int PrCapAmbient = 47;
    private const nuint PrCapAmbientRaise = 2;
    private const nuint PrCapAmbientClearAll = 4;
    private const int LastCapability = 63;
    private const int OpenNonBlocking = 0x800;

    /// <summary>The calling thread's effective capabilities, one bit each (capget(2)).</summary>
    public static ulong EffectiveCapabilities
    {
        get
        {
            var header = new CapabilityHeader { Version = CapabilityVersion3 };
            CapabilityData* data = stackalloc CapabilityData[2];
            return capget(&header, data) == 0 ? data[0].Effective | ((ulong)data[1].Effective << 32) : 0;
        }
    }

    /// <summary>
    /// Whether the modes of a file and of the folders above it let the calling thread read it, its capabilities left aside. True also when something else is in
    /// the way.
    /// </summary>
    public static bool ModesAllowReading(string path)
    {
        const uint PassOverModes = (1u << (int)Capability.DacOverride) | (1u << (int)Capability.DacReadSearch);
        var header = new CapabilityHeader { Version = CapabilityVersion3 };
        CapabilityData* data = stackalloc CapabilityData[2];
        if (capget(&header, data) != 0)
            return true;
        var effective = data[0].Effective;
        data[0].Effective = effective & ~PassOverModes;
        if (capset(&header, data) != 0)
            return true;
        var fd = open(path, OpenCloseOnExec | OpenNonBlocking);
        var errno = Marshal.GetLastPInvokeError();
        data[0].Effective = effective;
        _ = capset(&header, data); // what is permitted may be had back
        if (fd >= 0)
            Close(fd);
        return fd >= 0 || errno != Errno.Access;
    }

    public static bool HasCapability(Capability capability) => (EffectiveCapabilities & (1UL << (int)capability)) != 0;

    /// <summary>
    /// Leaves the CALLING THREAD, and what it will start or exec, with no capability but those in <paramref name="keep"/> that it has:
    /// in the permitted, effective, inheritable and ambient sets and (given CAP_SETPCAP) the bounding set. Threads that exist already keep theirs:
    /// capabilities belong to threads (capabilities(7)).
    /// </summary>
    /// <returns>0, or -errno.</returns>
    public static int LimitCapabilities(ReadOnlySpan<Capability> keep)
    {
        ulong mask = 0;
        foreach (var capability in keep)
            mask |= 1UL << (int)capability;
        mask &= EffectiveCapabilities;

        // Errors are expected: EINVAL past the kernel's last capability, EPERM without CAP_SETPCAP (a service that never had more).
        for (var capability = 0; capability <= LastCapability; capability++)
        {
            if ((mask & (1UL << capability)) == 0)
                prctl(PrCapBSetDrop, (nuint)capability, 0, 0, 0);
        }

        prctl(PrCapAmbient, PrCapAmbientClearAll, 0, 0, 0);
        if (prctl(PrSetNoNewPrivs, 1, 0, 0, 0) != 0)
            return -Marshal.GetLastPInvokeError();

        var header = new CapabilityHeader { Version = CapabilityVersion3 };
        CapabilityData* data = stackalloc CapabilityData[2];
        data[0] = new CapabilityData { Effective = (uint)mask, Permitted = (uint)mask, Inheritable = (uint)mask };
        data[1] = new CapabilityData { Effective = (uint)(mask >> 32), Permitted = (uint)(mask >> 32), Inheritable = (uint)(mask >> 32) };
        if (capset(&header, data) != 0)
            return -Marshal.GetLastPInvokeError();

        // Ambient ones survive execve(2) for an ordinary user; root gets permitted ones back from the bounding set.
        for (var capability = 0; capability <= LastCapability; capability++)
        {
            if ((mask & (1UL << capability)) != 0)
                prctl(PrCapAmbient, PrCapAmbientRaise, (nuint)capability, 0, 0);
        }

        return 0;
    }

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capget(CapabilityHeader* header, CapabilityData* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int capset(CapabilityHeader* header, CapabilityData* data);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint a, nuint b, nuint c, nuint d);

    /// <summary>struct __user_cap_header_struct; pid 0 is the calling thread.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CapabilityHeader
    {
        public uint Version;
        public int Pid;
    }

    /// <summary>struct __user_cap_data_struct: 32 capabilities; version 3 takes two of them.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct CapabilityData
    {
        public uint Effective;
        public uint Permitted;
        public uint Inheritable;
    }
}
