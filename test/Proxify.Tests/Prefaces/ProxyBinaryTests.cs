using CsCheck;
using Proxify.Prefaces;
using static Proxify.Tests.Prefaces.ProxyHeaders;

namespace Proxify.Tests.Prefaces;

public sealed class ProxyBinaryTests
{
    private const byte Proxy = 0x21;
    private const byte Local = 0x20;

    /// <summary>As the specification lays it out: 192.0.2.1:56324 to 198.51.100.7:443 over TCP and IPv4.</summary>
    private static readonly byte[] Known = Convert.FromHexString("0D0A0D0A000D0A515549540A" + "2111000C" + "C0000201" + "C6336407" + "DC04" + "01BB");

    private static readonly byte[] Addresses = Known[16..];

    [Fact]
    public void Header_says_who_the_client_is() =>
        Assert.Equal(new(ProxyHeaderStatus.Complete, 28, (Source, Destination), 28..), ProxyHeaderParser.Parse([.. Known, .. "GET"u8]));

    [Fact]
    public void It_is_written_as_specified() => Assert.Equal(Known, Binary((Source, Destination)));

    [Theory]
    [InlineData(Local, 0x00, 0)]
    [InlineData(Local, 0x11, 12)]
    [InlineData(Local, 0xff, 3)] // "discard the protocol block including the family which is ignored"
    [InlineData(Proxy, 0x00, 0)]
    [InlineData(Proxy, 0x00, 7)]
    [InlineData(Proxy, 0x01, 7)]
    [InlineData(Proxy, 0x10, 12)]
    [InlineData(Proxy, 0x12, 12)]
    [InlineData(Proxy, 0x22, 36)]
    [InlineData(Proxy, 0x31, 216)]
    [InlineData(Proxy, 0x32, 216)]
    public void What_is_not_of_a_TCP_client_leaves_the_connections_own_ends(byte command, byte family, int length)
    {
        var header = ProxyHeaderParser.Parse([.. Raw(command, family, new byte[length]), 1, 2, 3]);

        Assert.Equal((ProxyHeaderStatus.Complete, 16 + length, false), (header.Status, header.Length, header.Addresses.HasValue));
    }

    [Theory]
    [InlineData(0x11, 0x11, 12, nameof(ProxyHeaderStatus.WrongVersion))]
    [InlineData(0x31, 0x11, 12, nameof(ProxyHeaderStatus.WrongVersion))]
    [InlineData(0x22, 0x11, 12, nameof(ProxyHeaderStatus.WrongCommand))]
    [InlineData(Proxy, 0x41, 12, nameof(ProxyHeaderStatus.WrongFamily))]
    [InlineData(Proxy, 0x13, 12, nameof(ProxyHeaderStatus.WrongFamily))]
    [InlineData(Proxy, 0x11, 11, nameof(ProxyHeaderStatus.TooShort))]
    [InlineData(Proxy, 0x21, 35, nameof(ProxyHeaderStatus.TooShort))]
    [InlineData(Proxy, 0x31, 215, nameof(ProxyHeaderStatus.TooShort))]
    [InlineData(Proxy, 0x11, 4081, nameof(ProxyHeaderStatus.TooLong))]
    [InlineData(Local, 0x00, 65535, nameof(ProxyHeaderStatus.TooLong))]
    [InlineData(Proxy, 0x11, 13, nameof(ProxyHeaderStatus.WrongTlv))]
    public void Anything_else_is_told_as_what_it_is(byte command, byte family, int length, string status) =>
        Assert.Equal(new(Enum.Parse<ProxyHeaderStatus>(status)), ProxyHeaderParser.Parse(Raw(command, family, new byte[length])));

    [Fact]
    public void What_cannot_become_right_is_told_before_all_of_it_is_there()
    {
        Assert.Equal(ProxyHeaderStatus.WrongVersion, ProxyHeaderParser.Parse(Raw(0x31, 0, []).AsSpan(0, 13)).Status);
        Assert.Equal(ProxyHeaderStatus.TooLong, ProxyHeaderParser.Parse(Raw(Local, 0, [], length: 4081)).Status);
    }

    [Fact]
    public void Longest_header_is_read() => Assert.Equal(4096, ProxyHeaderParser.Parse(Raw(Local, 0, new byte[4080])).Length);

    [Theory]
    [InlineData("010002")] // ends in its value
    [InlineData("0100")] // ends in its length
    [InlineData("030003000000")] // a checksum of three bytes
    [InlineData("03000400000000" + "03000400000000")] // two of them
    public void Fields_that_do_not_fit_are_told(string fields) => Assert.Equal(
        ProxyHeaderStatus.WrongTlv, ProxyHeaderParser.Parse(Raw(Proxy, 0x11, [.. Addresses, .. Convert.FromHexString(fields)])).Status);

    [Fact]
    public void Fields_are_found() => Gen.Select(Ends, Fields).Sample((ends, fields) =>
    {
        var bytes = Binary(ends, fields);
        var header = ProxyHeaderParser.Parse(bytes);

        Assert.Equal((ProxyHeaderStatus.Complete, bytes.Length, (ends.Source, ends.Destination)), (header.Status, header.Length, header.Addresses!.Value));
        var tlvs = new ProxyTlvs(bytes.AsSpan()[header.Tlvs]);
        foreach (var (type, value) in fields)
        {
            Assert.True(tlvs.MoveNext());
            Assert.Equal(((ProxyTlvType)type, Convert.ToHexString(value)), (tlvs.Type, Convert.ToHexString(tlvs.Value)));
        }

        Assert.True(!tlvs.MoveNext() && tlvs.IsAtEnd);
    });

    [Fact]
    public void Checksum_is_right_as_written_and_wrong_when_a_bit_has_turned() =>
        Gen.Select(Ends, Fields, Gen.Int[0, 100_000], Gen.Int[0, 7]).Sample((ends, fields, at, bit) =>
        {
            var bytes = Binary(ends, fields, withChecksum: true);
            Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeaderParser.Parse(bytes).Status);

            bytes[at % bytes.Length] ^= (byte)(1 << bit);

            var header = ProxyHeaderParser.Parse(bytes);
            Assert.True(header.Status != ProxyHeaderStatus.Complete || header.Addresses is null || IsChecksumGone(bytes, header), $"{header}");
        });

    [Fact]
    public void Checksum_is_that_of_RFC_3720()
    {
        // B.4 of it: 32 bytes of zeros. Four of them stand for the checksum.
        Assert.Equal(0x8a9136aau, Crc32C.OfHeader(new byte[32], 5));
        Assert.Equal(0x8a9136aau, Crc32C.OfHeader([.. new byte[5], 1, 2, 3, 4, .. new byte[23]], 5));
    }

    [Fact]
    public void What_has_no_room_is_left_out_whole()
    {
        var to = new byte[28 + 5 + 7]; // 7 for the checksum
        var writer = ProxyBinaryWriter.Proxy(to, Source, Destination);

        Assert.False(writer.TryAdd(ProxyTlvType.Authority, "abc"u8));
        Assert.True(writer.TryAdd(ProxyTlvType.Alpn, "h2"u8));
        Assert.Equal(to.Length, writer.End(withChecksum: true));
        Assert.Equal(ProxyHeaderStatus.Complete, ProxyHeaderParser.Parse(to).Status);
    }

    [Fact]
    public void Local_is_written()
    {
        var to = new byte[ProxyBinary.PrefixSize];

        Assert.Equal(Raw(Local, 0, []), to[..ProxyBinaryWriter.Local(to).End(withChecksum: false)]);
    }

    /// <summary>The bit that has turned made another field of the checksum, or of one before it.</summary>
    private static bool IsChecksumGone(byte[] bytes, ProxyHeader header) =>
        !ProxyTlvs.TryFind(bytes.AsSpan()[header.Tlvs], ProxyTlvType.Crc32C, out _);
}
