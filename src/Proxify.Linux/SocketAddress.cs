using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>struct sockaddr_in or sockaddr_in6, whichever <see cref="Family"/> says; ports and IPv4 addresses in network byte order.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct SocketAddress
{
    public const int IPv4Length = 16;
    public const int IPv6Length = 28;

    public ushort Family;
    public ushort Port;

    /// <summary>sockaddr_in: the address; sockaddr_in6: the flow label.</summary>
    public uint IPv4Address;

    public fixed byte IPv6Address[16];
    public uint ScopeId;

    public readonly int Length => Family == Libc.AfInet6 ? IPv6Length : IPv4Length;
}
