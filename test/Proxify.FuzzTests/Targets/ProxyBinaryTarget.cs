using System.Buffers.Binary;
using Proxify.Prefaces;
using Proxify.Tests.Prefaces;

namespace Proxify.FuzzTests.Targets;

/// <summary>Version 2 of the PROXY protocol, with its fields.</summary>
internal sealed class ProxyBinaryTarget : ProxyHeaderTarget
{
    /// <summary>Of the field that tells of TLS: flags and a verdict come before fields of its own.</summary>
    private const int SslPrefix = 5;

    public override int MaxLength => 512;

    public override IReadOnlyList<byte[]> Seeds =>
    [
        ProxyHeaders.Binary((ProxyHeaders.Source, ProxyHeaders.Destination)),
        ProxyHeaders.Binary((ProxyHeaders.Source6, ProxyHeaders.Destination6), [(1, [.. "h2"u8]), (2, [.. "a.test"u8]), (5, new byte[16])], withChecksum: true),
        ProxyHeaders.Binary((ProxyHeaders.Source, ProxyHeaders.Destination), [(0x20, [1, 0, 0, 0, 0, 0x21, 0, 7, .. "TLSv1.3"u8, 0x22, 0, 1, (byte)'a'])]),
        ProxyHeaders.Raw(0x20, 0, []),
        ProxyHeaders.Raw(0x21, 0x31, new byte[ProxyBinary.UnixSize + 4]),
        ProxyHeaders.Raw(0x21, 0, [1, 2, 3]),
    ];

    public override IReadOnlyList<byte[]> Words =>
    [
        [.. ProxyBinary.Signature], [0x20], [0x21, 0x11, 0, 12], [0x21, 0x21, 0, 36],
        [3, 0, 4, 0, 0, 0, 0], [4, 0, 0], [0x20, 0, 5, 1, 0, 0, 0, 0], [0x28, 0, 1],
    ];

    protected override void Check(in ProxyHeader header, ReadOnlySpan<byte> input)
    {
        if (header.Status == ProxyHeaderStatus.WrongChecksum)
            RightIsTaken(input);
        if (header.Status != ProxyHeaderStatus.Complete)
            return;
        var (start, length) = header.Tlvs.GetOffsetAndLength(header.Length);
        Holds(length == 0 || start + length == header.Length);
        var fields = new ProxyTlvs(input.Slice(start, length));
        while (fields.MoveNext())
        {
            if (fields.Type != ProxyTlvType.Ssl || fields.Value.Length < SslPrefix)
                continue;
            var inner = new ProxyTlvs(fields.Value[SslPrefix..]);
            while (inner.MoveNext())
                Holds(ProxyTlvs.TryFind(fields.Value[SslPrefix..], inner.Type, out _));
        }

        Holds(fields.IsAtEnd);
    }

    /// <summary>Nobody hits on a checksum by chance.</summary>
    private static void RightIsTaken(ReadOnlySpan<byte> input)
    {
        Span<byte> header = stackalloc byte[ProxyBinary.PrefixSize + BinaryPrimitives.ReadUInt16BigEndian(input[(ProxyBinary.PrefixSize - 2)..])];
        input[..header.Length].CopyTo(header);
        var start = (header[13] >> 4) switch { 1 => ProxyBinary.IPv4Size, 2 => ProxyBinary.IPv6Size, _ => ProxyBinary.UnixSize } + ProxyBinary.PrefixSize;
        var fields = new ProxyTlvs(header[start..]);
        while (fields.Type != ProxyTlvType.Crc32C)
            Holds(fields.MoveNext());
        var at = header.Length - fields.Left - sizeof(uint);
        BinaryPrimitives.WriteUInt32BigEndian(header[at..], Crc32C.OfHeader(header, at));

        Holds(ProxyHeaderParser.Parse(header).Status == ProxyHeaderStatus.Complete);
    }
}
