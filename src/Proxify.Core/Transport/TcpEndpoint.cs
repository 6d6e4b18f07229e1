using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport;

/// <summary>
/// An address and port as a value: no allocation per connection, and a key for tables. IPv4 is kept in its v4-mapped form
/// (RFC 4291, 2.5.5.2), so that a dual-stack listener's addresses equal a plain IPv4 one's; it is written as IPv4.
/// </summary>
/// <param name="Address">The 128 address bits, most significant first.</param>
/// <param name="Port">Host byte order.</param>
/// <param name="ScopeId">The interface of a link-local IPv6 address.</param>
internal readonly record struct TcpEndpoint(UInt128 Address, ushort Port, uint ScopeId = 0) : ISpanFormattable
{
    private const uint LinkLocalPrefix = 0xfe80_0000;
    private const uint LinkLocalMask = 0xffc0_0000;

    /// <summary>
    /// The interface (zone) of a link-local IPv6 address; 0 for all others, of which the kernel ignores it: equal is what reaches the same socket.
    /// </summary>
    public uint ScopeId { get; } = ((uint)(Address >> 96) & LinkLocalMask) == LinkLocalPrefix ? ScopeId : 0;

    public TcpEndpoint(IPAddress address, int port)
        : this(Bits(address), checked((ushort)port), address.AddressFamily == AddressFamily.InterNetworkV6 ? checked((uint)address.ScopeId) : 0)
    {
    }

    public TcpEndpoint(IPEndPoint endpoint)
        : this(endpoint.Address, endpoint.Port)
    {
    }

    public static TcpEndpoint FromIPv4(uint hostOrderAddress, ushort port) => new(MappedIPv4.From(hostOrderAddress), port);

    /// <summary>[::]: for a listener, every address of both families.</summary>
    public static TcpEndpoint EveryAddress(int port) => new(UInt128.Zero, (ushort)port);

    /// <summary>0.0.0.0.</summary>
    public static TcpEndpoint EveryIPv4Address(int port) => new(MappedIPv4.Prefix, (ushort)port);

    /// <summary>Of an end of a connection: the kernel could not say. No connection has port 0.</summary>
    public bool IsUnknown => Port == 0;

    public bool IsIPv4 => MappedIPv4.Contains(Address);

    /// <summary>The wildcard address of either family: 0.0.0.0 or ::.</summary>
    public bool IsAny => Address == UInt128.Zero || Address == MappedIPv4.Prefix;

    /// <summary>127.0.0.0/8 or ::1.</summary>
    public bool IsLoopback => IsIPv4 ? (byte)(Address >> 24) == 127 : Address == UInt128.One;

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, Address);
        return IsIPv4 ? new IPAddress(bytes[12..]) : new IPAddress(bytes, ScopeId);
    }

    public IPEndPoint ToIPEndPoint() => new(ToIPAddress(), Port);

    /// <summary>The address alone: <c>10.0.0.7</c>, <c>[::1]</c>.</summary>
    public string AddressText => IsIPv4 ? $"{ToIPAddress()}" : $"[{ToIPAddress()}]";

    public override string ToString() => ToString(null, null);

    public string ToString(string? format, IFormatProvider? formatProvider) => string.Create(formatProvider, $"{this}");

    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        var address = ToIPAddress();
        return IsIPv4
            ? destination.TryWrite($"{address}:{Port}", out charsWritten)
            : destination.TryWrite($"[{address}]:{Port}", out charsWritten);
    }

    private static UInt128 Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            address.TryWriteBytes(bytes, out _);
            return MappedIPv4.From(BinaryPrimitives.ReadUInt32BigEndian(bytes));
        }

        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
