using System.Buffers.Text;
using Proxify.Transport;

namespace Proxify.Prefaces;

/// <summary>Version 1, a line of text: <c>PROXY TCP4 192.0.2.1 198.51.100.1 56324 443</c>. Taken exactly as it is specified.</summary>
internal static class ProxyLine
{
    /// <summary>Its end, CRLF, included.</summary>
    public const int MostBytes = 107;

    private const byte Space = (byte)' ';

    public static ReadOnlySpan<byte> Signature => "PROXY "u8;

    private static ReadOnlySpan<byte> End => "\r\n"u8;

    /// <param name="received">Begins with <see cref="Signature"/>.</param>
    public static ProxyHeader Parse(ReadOnlySpan<byte> received)
    {
        var length = received[..Math.Min(received.Length, MostBytes)].IndexOf(End);
        if (length < 0)
            return received.Length < MostBytes ? default : new(ProxyHeaderStatus.LineTooLong);
        var line = received[Signature.Length..length];
        length += End.Length;
        // Whatever comes after the word is to be ignored.
        if (line.SequenceEqual("UNKNOWN"u8) || line.StartsWith("UNKNOWN "u8))
            return new(ProxyHeaderStatus.Complete, length);
        if (!line.StartsWith("TCP4 "u8) && !line.StartsWith("TCP6 "u8))
            return new(ProxyHeaderStatus.WrongProtocol);
        return ParseAddresses(line["TCP4 "u8.Length..], isIPv4: line[3] == (byte)'4', length);
    }

    /// <summary>Writes it without its fields.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteUnknown(Span<byte> to)
    {
        "PROXY UNKNOWN\r\n"u8.CopyTo(to);
        return "PROXY UNKNOWN\r\n"u8.Length;
    }

    /// <param name="to">Of <see cref="MostBytes"/> at least.</param>
    /// <param name="source">The client.</param>
    /// <param name="destination">What it has connected to. If only one of the two is IPv4, both are written as IPv6.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, TcpEndpoint source, TcpEndpoint destination)
    {
        var isIPv4 = source.IsIPv4 && destination.IsIPv4;
        Signature.CopyTo(to);
        var length = Signature.Length;
        (isIPv4 ? "TCP4 "u8 : "TCP6 "u8).CopyTo(to[length..]);
        length += "TCP4 "u8.Length;
        foreach (var address in (ReadOnlySpan<UInt128>)[source.Address, destination.Address])
        {
            length += AddressText.Write(to[length..], address, isIPv4);
            to[length++] = Space;
        }

        Utf8Formatter.TryFormat(source.Port, to[length..], out var written);
        length += written;
        to[length++] = Space;
        Utf8Formatter.TryFormat(destination.Port, to[length..], out written);
        length += written;
        End.CopyTo(to[length..]);
        return length + End.Length;
    }

    private static ProxyHeader ParseAddresses(ReadOnlySpan<byte> fields, bool isIPv4, int length)
    {
        if (fields.Count(Space) != 3)
            return new(ProxyHeaderStatus.WrongFields);
        if (!AddressText.TryRead(AddressText.Cut(ref fields, Space), isIPv4, out var source)
            || !AddressText.TryRead(AddressText.Cut(ref fields, Space), isIPv4, out var destination))
        {
            return new(ProxyHeaderStatus.WrongAddress);
        }

        if (!AddressText.TryReadNumber(AddressText.Cut(ref fields, Space), ushort.MaxValue, out var sourcePort)
            || !AddressText.TryReadNumber(fields, ushort.MaxValue, out var destinationPort))
        {
            return new(ProxyHeaderStatus.WrongPort);
        }

        return new(ProxyHeaderStatus.Complete, length, (new(source, sourcePort), new(destination, destinationPort)));
    }
}
