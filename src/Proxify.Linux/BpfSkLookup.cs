using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>struct bpf_sk_lookup (linux/bpf.h): what an sk_lookup program sees of a lookup. Addresses and RemotePort in network byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct BpfSkLookup
{
    public const uint Drop = 0;
    public const uint Pass = 1;

    /// <summary>After a test run: the cookie (SO_COOKIE) of the socket that the program chose, or 0.</summary>
    public ulong Cookie;
    public uint Family;
    public uint Protocol;
    public uint RemoteIPv4;
    public fixed byte RemoteIPv6[16];
    public ushort RemotePort;
    public ushort Padding;
    public uint LocalIPv4;
    public fixed byte LocalIPv6[16];

    /// <summary>Host byte order, unlike everything else here.</summary>
    public uint LocalPort;
    public uint IngressInterface;
}
