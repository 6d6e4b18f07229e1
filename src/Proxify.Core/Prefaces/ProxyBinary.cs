using System.Buffers.Binary;
using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>Version 2, binary: a signature, what and of which family, a length, the addresses, and fields besides.</summary>
internal static class ProxyBinary
{
    /// <summary>Signature, version and command, family, and length.</summary>
    public const int PrefixSize = 16;

    public const int IPv4Size = 12;
    public const int IPv6Size = 36;
    public const int UnixSize = 216;

    public const byte Version = 2 << 4;
    public const byte Local = 0;
    public const byte Proxy = 1;
    public const byte Tcp4 = 0x11;
    public const byte Tcp6 = 0x21;

    private const int CommandAt = 12;
    private const int FamilyAt = 13;
    private const int LengthAt = 14;

    public static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <param name="received">Begins with <see cref="Signature"/>.</param>
    public static ProxyHeader Parse(ReadOnlySpan<byte> received)
    {
        if (received.Length <= CommandAt)
            return default;
        if ((received[CommandAt] & 0xf0) != Version)
            return new(ProxyHeaderStatus.WrongVersion);
        if ((received[CommandAt] & 0xf) > Proxy)
            return new(ProxyHeaderStatus.WrongCommand);
        if (received.Length < PrefixSize)
            return default;
        var length = PrefixSize + BinaryPrimitives.ReadUInt16BigEndian(received[LengthAt..]);
        if (length > ProxyHeaderParser.MostBytes)
            return new(ProxyHeaderStatus.TooLong);
        var isLocal = (received[CommandAt] & 0xf) == Local;
        // Of LOCAL "discard the protocol block including the family which is ignored".
        if (!isLocal && (received[FamilyAt] >> 4 > 3 || (received[FamilyAt] & 0xf) > 2))
            return new(ProxyHeaderStatus.WrongFamily);
        if (received.Length < length)
            return default;
        return isLocal ? new(ProxyHeaderStatus.Complete, length) : ParseBlock(received[..length]);
    }

    /// <param name="header">All of it, and no more.</param>
    private static ProxyHeader ParseBlock(ReadOnlySpan<byte> header)
    {
        var addresses = header[PrefixSize..];
        var size = (header[FamilyAt] >> 4) switch
        {
            1 => IPv4Size,
            2 => IPv6Size,
            3 => UnixSize,
            _ => addresses.Length, // nobody says how long the addresses of an unknown family are, nor that fields follow
        };
        if (addresses.Length < size)
            return new(ProxyHeaderStatus.TooShort);
        var tlvs = (PrefixSize + size)..;
        return ProxyTlvs.Check(header, PrefixSize + size) is { } wrong ? new(wrong) : header[FamilyAt] switch
        {
            Tcp4 => new(ProxyHeaderStatus.Complete, header.Length, ReadIPv4(addresses), tlvs),
            Tcp6 => new(ProxyHeaderStatus.Complete, header.Length, ReadIPv6(addresses), tlvs),
            _ => new(ProxyHeaderStatus.Complete, header.Length, Tlvs: tlvs),
        };
    }

    private static (TcpEndpoint Source, TcpEndpoint Destination) ReadIPv4(ReadOnlySpan<byte> addresses) =>
        (TcpEndpoint.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(addresses), BinaryPrimitives.ReadUInt16BigEndian(addresses[8..])),
            TcpEndpoint.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(addresses[4..]), BinaryPrimitives.ReadUInt16BigEndian(addresses[10..])));

    private static (TcpEndpoint Source, TcpEndpoint Destination) ReadIPv6(ReadOnlySpan<byte> addresses) =>
        (new(BinaryPrimitives.ReadUInt128BigEndian(addresses), BinaryPrimitives.ReadUInt16BigEndian(addresses[32..])),
            new(BinaryPrimitives.ReadUInt128BigEndian(addresses[16..]), BinaryPrimitives.ReadUInt16BigEndian(addresses[34..])));
}
