using CsCheck;
using Proxify.Prefaces;
using static Proxify.Tests.Prefaces.ProxyHeaders;

namespace Proxify.Tests.Prefaces;

/// <summary>What holds for both versions.</summary>
public sealed class ProxyHeaderParserTests
{
    private static readonly Gen<byte[]> Good = Gen.OneOf(
        Ends.Select(ends => Line(ends.Source, ends.Destination)),
        Gen.Const(0).Select(_ => Line("PROXY UNKNOWN\r\n")),
        Gen.Select(Ends, Fields, Gen.Bool).Select((ends, fields, withChecksum) => Binary(ends, fields, withChecksum)),
        Gen.Select(Gen.Byte, Gen.Byte.Array[0, 300]).Select((family, block) => Raw(0x20, family, block)));

    [Fact]
    public void Header_is_complete_with_its_last_byte_and_not_before() => Gen.Select(Good, Gen.Byte.Array[0, 40]).Sample((header, after) =>
    {
        for (var length = 0; length < header.Length; length++)
            Assert.Equal(ProxyHeaderStatus.Incomplete, ProxyHeaderParser.Parse(header.AsSpan(0, length)).Status);

        var whole = ProxyHeaderParser.Parse(header);
        Assert.Equal((ProxyHeaderStatus.Complete, header.Length), (whole.Status, whole.Length));
        Assert.Equal(whole, ProxyHeaderParser.Parse([.. header, .. after]));
    });

    [Fact]
    public void First_byte_that_differs_from_both_signatures_says_that_there_is_none()
    {
        foreach (var signature in new[] { ProxyLine.Signature.ToArray(), ProxyBinary.Signature.ToArray() })
        {
            for (var at = 0; at < signature.Length; at++)
            {
                byte[] other = [.. signature.AsSpan(0, at), (byte)(signature[at] ^ 1), .. signature.AsSpan(at + 1), .. "TCP4"u8];
                Assert.Equal(new(ProxyHeaderStatus.Absent), ProxyHeaderParser.Parse(other.AsSpan(0, at + 1)));
                Assert.Equal(new(ProxyHeaderStatus.Absent), ProxyHeaderParser.Parse(other));
            }
        }
    }

    [Fact]
    public void Whatever_comes_is_judged_and_more_of_it_changes_no_judgement() =>
        Gen.Select(Good, Gen.Int[0, 5000], Gen.Byte, Gen.Byte.Array[0, 200]).Sample((header, at, octet, after) =>
        {
            byte[] bytes = [.. header, .. after];
            bytes[at % bytes.Length] = octet;
            var verdict = default(ProxyHeader);
            for (var length = 0; length <= bytes.Length; length++)
            {
                var now = ProxyHeaderParser.Parse(bytes.AsSpan(0, length));
                if (verdict.Status != ProxyHeaderStatus.Incomplete)
                    Assert.Equal(verdict, now);
                verdict = now;
                Assert.InRange(now.Length, 0, length);
            }
        });

    [Fact]
    public void No_more_bytes_than_the_longest_header_has_leave_it_open() => Gen.Select(Good, Gen.Int[0, 5000], Gen.Byte).Sample((header, at, octet) =>
    {
        header[at % header.Length] = octet;
        byte[] bytes = [.. header, .. new byte[ProxyHeaderParser.MostBytes]];

        Assert.NotEqual(ProxyHeaderStatus.Incomplete, ProxyHeaderParser.Parse(bytes.AsSpan(0, ProxyHeaderParser.MostBytes)).Status);
    });

    [Fact]
    public void Reading_allocates_nothing()
    {
        var (line, binary) = (Line(Source6, Destination6), Binary((Source, Destination), [(0xe0, new byte[200])], withChecksum: true));

        Assert.Equal(0, Allocations.Of(() =>
        {
            _ = ProxyHeaderParser.Parse(line);
            _ = ProxyHeaderParser.Parse(binary);
        }));
    }

    [Fact]
    public void Every_fault_is_described() => Assert.All(
        Enum.GetValues<ProxyHeaderStatus>().Where(status => status > ProxyHeaderStatus.Complete), status => Assert.NotEmpty(status.Describe()));
}
