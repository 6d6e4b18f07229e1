using System.Net;
using System.Text;
using CsCheck;
using Proxify.Prefaces;
using Proxify.Transport;

namespace Proxify.Tests.Prefaces;

/// <summary>PROXY headers to test with.</summary>
internal static class ProxyHeaders
{
    public static readonly TcpEndpoint Source = new(IPAddress.Parse("192.0.2.1"), 56324);
    public static readonly TcpEndpoint Destination = new(IPAddress.Parse("198.51.100.7"), 443);
    public static readonly TcpEndpoint Source6 = new(IPAddress.Parse("2001:db8::1"), 0);
    public static readonly TcpEndpoint Destination6 = new(IPAddress.Parse("2001:db8:0:1:2:3:4:5"), 65535);

    /// <summary>Two ends of one family, of which IPv6 are no IPv4 in disguise.</summary>
    public static Gen<(TcpEndpoint Source, TcpEndpoint Destination)> Ends { get; } = Gen.Bool.SelectMany(isIPv4 => Gen.Select(End(isIPv4), End(isIPv4)));

    /// <summary>Fields that are no checksum.</summary>
    public static Gen<(byte Type, byte[] Value)[]> Fields { get; } =
        Gen.Select(Gen.Byte.Where(type => type != (byte)ProxyTlvType.Crc32C), Gen.Byte.Array[0, 300]).Array[0, 6];

    public static byte[] Line(string text) => Encoding.ASCII.GetBytes(text);

    public static byte[] Line(TcpEndpoint source, TcpEndpoint destination)
    {
        var to = new byte[ProxyLine.MostBytes];
        return to[..ProxyLine.Write(to, source, destination)];
    }

    public static byte[] Binary(
        (TcpEndpoint Source, TcpEndpoint Destination) ends, IEnumerable<(byte Type, byte[] Value)>? fields = null, bool withChecksum = false)
    {
        var to = new byte[ProxyHeaderParser.MostBytes];
        var writer = ProxyBinaryWriter.Proxy(to, ends.Source, ends.Destination);
        foreach (var (type, value) in fields ?? [])
            Assert.True(writer.TryAdd((ProxyTlvType)type, value));
        return to[..writer.End(withChecksum)];
    }

    /// <summary>Of version 2, with whatever is behind the signature.</summary>
    public static byte[] Raw(byte command, byte family, byte[] block, int? length = null) =>
        [.. ProxyBinary.Signature, command, family, (byte)((length ?? block.Length) >> 8), (byte)(length ?? block.Length), .. block];

    private static Gen<TcpEndpoint> End(bool isIPv4) => Gen.Select(Gen.Byte.Array[isIPv4 ? 4 : 16], Gen.UShort)
        .Select((address, port) => new TcpEndpoint(new IPAddress(address), port))
        .Where(end => end.IsIPv4 == isIPv4);
}
