using System.Buffers.Binary;
using Proxify.Linux;

namespace Proxify.Transport.Net;

/// <summary>Between the kernel's addresses and ours.</summary>
internal static unsafe class SocketAddressExtensions
{
    public static TcpEndpoint ToEndpoint(this in SocketAddress address)
    {
        var port = BinaryPrimitives.ReverseEndianness(address.Port);
        if (address.Family == Libc.AfInet)
            return TcpEndpoint.FromIPv4(BinaryPrimitives.ReverseEndianness(address.IPv4Address), port);
        fixed (byte* bytes = address.IPv6Address)
            return new(BinaryPrimitives.ReadUInt128BigEndian(new ReadOnlySpan<byte>(bytes, 16)), port, address.ScopeId);
    }

    public static SocketAddress ToSocketAddress(this TcpEndpoint endpoint)
    {
        var address = new SocketAddress { Port = BinaryPrimitives.ReverseEndianness(endpoint.Port) };
        if (endpoint.IsIPv4)
        {
            address.Family = Libc.AfInet;
            address.IPv4Address = BinaryPrimitives.ReverseEndianness((uint)endpoint.Address);
        }
        else
        {
            address.Family = Libc.AfInet6;
            address.ScopeId = endpoint.ScopeId;
            BinaryPrimitives.WriteUInt128BigEndian(new Span<byte>(address.IPv6Address, 16), endpoint.Address);
        }

        return address;
    }
}
