using System.Text;
using CsCheck;
using Proxify.Prefaces;
using static Proxify.Tests.Prefaces.HelloBytes;

namespace Proxify.Tests.Prefaces;

public sealed class ClientHelloReaderTests
{
    private const int Most = 65_536;

    [Theory]
    [InlineData(KnownHellos.OpenSsl, "a.test", "h2 http/1.1", 0x0304)]
    [InlineData(KnownHellos.OpenSslNoName, null, "", 0x0303)]
    [InlineData(KnownHellos.Curl, "b.test", "h2 http/1.1", 0x0304)]
    [InlineData(KnownHellos.GnuTls, "gnu.example", "postgresql", 0x0304)]
    [InlineData(KnownHellos.Java, "java.example", "h2", 0x0304)]
    public void Hellos_of_real_clients_are_read(string base64, string? name, string protocols, int version)
    {
        var hello = Hello(Convert.FromBase64String(base64));

        Assert.Equal((name, version), (hello.ServerName, hello.HighestVersion));
        Assert.Equal(protocols, ProtocolsOf(hello));
    }

    [Fact]
    public void What_is_unknown_is_skipped()
    {
        var hello = Hello(InRecords(Modern("big.test")));

        Assert.Equal(("big.test", 0x0304, "\x1a\x1a h2 http/1.1"), (hello.ServerName, hello.HighestVersion, ProtocolsOf(hello)));
    }

    [Fact]
    public void A_hello_without_extensions_is_one() => Assert.Equal(new ClientHello(null, default, 0x0303), Hello(InRecords(WithBlock([]))));

    [Fact]
    public void However_records_cut_it_the_hello_is_the_same()
    {
        var message = Modern("cut.test");
        var whole = Hello(InRecords(message));
        for (var size = 1; size <= message.Length; size++)
        {
            var hello = Hello(InRecords(message, size));
            Assert.Equal((whole.ServerName, ProtocolsOf(whole)), (hello.ServerName, ProtocolsOf(hello)));
        }
    }

    [Fact]
    public void It_is_whole_with_its_last_record_and_not_before() => Gen.Select(Gen.Int[1, 3000], Gen.Int[1, 500], Gen.Byte.Array[0, 50]).Sample(
        (padding, size, after) =>
        {
            var records = InRecords(Message(ServerName("a.test"), Extension(21, new byte[padding])), size);
            var reader = new ClientHelloReader(Most);
            for (var length = 0; length < records.Length; length++)
                Assert.Equal(HelloStatus.Incomplete, reader.Read(records.AsSpan(0, length)).Status);

            Assert.Equal("a.test", reader.Read([.. records, .. after]).Hello?.ServerName);
        },
        iter: 50);

    /// <summary>No bytes crash it, and what it says of them is the same whether they come at once or bit by bit.</summary>
    [Fact]
    public void Broken_bytes_are_judged_alike_in_any_portions() => Gen.Select(
        Gen.OneOf(
            Gen.Byte.Array[0, 60],
            Gen.Byte.Array[0, 60].Select(bytes => Record([1, 0, 0, (byte)bytes.Length, .. bytes])),
            Gen.Int[1, 2000].Select(size => InRecords(Modern("a.test"), size)),
            Gen.Int[1, 400].Select(size => InRecords(Convert.FromBase64String(KnownHellos.GnuTls)[5..], size))),
        Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[0, 3],
        Gen.Int[1, 400],
        Gen.Int[5, 3000]).Sample(
        (bytes, edits, portion, limit) =>
        {
            foreach (var (at, value) in edits.Where(_ => bytes.Length > 0))
                bytes[at % bytes.Length] = value;
            bytes = bytes[..Math.Min(bytes.Length, limit)];

            var atOnce = new ClientHelloReader(limit).Read(bytes);
            var reader = new ClientHelloReader(limit);
            var inPortions = reader.Read([]);
            for (var length = 0; length < bytes.Length && inPortions.Status == HelloStatus.Incomplete;)
            {
                length = Math.Min(length + portion, bytes.Length);
                inPortions = reader.Read(bytes.AsSpan(0, length));
            }

            Assert.Equal((atOnce.Status, atOnce.Problem, atOnce.Position), (inPortions.Status, inPortions.Problem, inPortions.Position));
            Assert.Equal(atOnce.Hello?.ServerName, inPortions.Hello?.ServerName);
            Assert.InRange(atOnce.Position, 0, bytes.Length);
            Assert.False(atOnce.Status == HelloStatus.Incomplete && bytes.Length == limit, "full, and still not decided");
        },
        iter: 20_000);

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("\x80\x2e\x01\x03\x01")] // an SSLv2 hello
    [InlineData("\x16\x02\x00")]
    [InlineData("\x15\x03\x01\x00\x02\x02\x28")] // an alert
    public void What_is_no_TLS_is_told_by_its_first_bytes(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);

        Assert.Equal(HelloStatus.NotTls, Read(bytes).Status);
        Assert.Equal(HelloStatus.NotTls, Read(bytes.AsSpan(0, 2)).Status);
    }

    [Fact]
    public void Nothing_may_become_anything() => Assert.Equal(HelloStatus.Incomplete, Read([]).Status);

    public static TheoryData<string, int, byte[]> BrokenRecords() => new()
    {
        { "empty", 3, [22, 3, 1, 0, 0] },
        { "too long", 3, [22, 3, 1, 0x40, 1] },
        { "no ClientHello", 5, Record([2, 0, 0, 1, 0]) },
        { "another kind", 7, [.. Record([1, 0]), 23] },
        { "another kind", 7, [.. Record([1, 0]), 22, 2] },
        { "empty", 10, [.. Record([1, 0]), 22, 3, 1, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(BrokenRecords))]
    public void Records_that_break_the_rules_are_told_of_with_their_place(string problem, int position, byte[] received)
    {
        var result = Read(received);

        Assert.Equal((HelloStatus.Broken, position), (result.Status, result.Position));
        Assert.Contains(problem, result.Problem, StringComparison.Ordinal);
    }

    public static TheoryData<string, int, byte[]> BrokenMessages() => new()
    {
        { "random", 4, Handshake([3]) },
        { "random", 6, Handshake([3, 3, .. new byte[31]]) },
        { "session id", 38, Handshake([3, 3, .. new byte[32], 1]) },
        { "session id", 38, Handshake([3, 3, .. new byte[32], 33, .. new byte[33]]) },
        { "cipher suites", 39, Handshake([3, 3, .. new byte[32], 0, 0, 0, 1, 0]) },
        { "cipher suites", 39, Handshake([3, 3, .. new byte[32], 0, 0, 1, 0, 1, 0]) },
        { "compression", 43, Handshake([3, 3, .. new byte[32], 0, 0, 2, 19, 1, 2, 0]) },
        { "compression", 43, Handshake([3, 3, .. new byte[32], 0, 0, 2, 19, 1, 0]) },
        { "as long as they say", 79, WithBlock([0, 1]) },
        { "as long as they say", 79, WithBlock([0, 0, 7]) },
        { "longer than their list", 81, WithBlock(Vector16([0, 0, 0])) },
        { "longer than their list", 81, WithBlock(Vector16([0, 0, 0, 1])) },
        { "server_name", 81, Message(Extension(0)) },
        { "server_name", 81, Message(ServerName("")) },
        { "server_name", 81, Message(Extension(0, Vector16([1, .. Vector16([97])]))) },
        { "server_name", 81, Message(Extension(0, Vector16([0, 0xff, 0xff, 97]))) },
        { "server_name", 81, Message(Extension(0, Vector16([0, .. Vector16([97]), 0, .. Vector16([98])]))) },
        { "server_name", 81, Message(Extension(0, [.. Vector16([0, .. Vector16([97])]), 0])) },
        { "server_name", 95, Message(ServerName("a.b.c"), ServerName("d.e.f")) },
        { "application_layer", 81, Message(Extension(16)) },
        { "application_layer", 81, Message(Protocols()) },
        { "application_layer", 81, Message(Protocols("h2", "")) },
        { "application_layer", 81, Message(Extension(16, Vector16([3, 104, 50]))) },
        { "application_layer", 90, Message(Protocols("h2"), Protocols("h3")) },
        { "supported_versions", 81, Message(Extension(43, [3, 3, 4, 3])) },
        { "supported_versions", 81, Message(Versions()) },
        { "supported_versions", 88, Message(Versions(0x0304), Versions(0x0303)) },
    };

    [Theory]
    [MemberData(nameof(BrokenMessages))]
    public void A_message_that_breaks_the_rules_is_told_of_with_its_place(string problem, int position, byte[] message)
    {
        var inOne = Read(InRecords(message));
        var bytewise = Read(InRecords(message, 1));

        Assert.Equal((HelloStatus.Broken, HelloStatus.Broken), (inOne.Status, bytewise.Status));
        Assert.Contains(problem, inOne.Problem, StringComparison.Ordinal);
        Assert.Equal((5 + position, inOne.Problem), (inOne.Position, bytewise.Problem));
        Assert.Equal((6 * position) + 5, bytewise.Position);
    }

    [Fact]
    public void A_hello_up_to_the_limit_is_read()
    {
        var records = InRecords(Message(ServerName("long.test"), Extension(21, new byte[60_000])));

        Assert.Equal("long.test", new ClientHelloReader(records.Length).Read(records).Hello?.ServerName);
    }

    [Fact]
    public void A_hello_beyond_the_limit_is_refused_as_soon_as_it_says_so()
    {
        var inOne = InRecords(Message(Extension(21, new byte[10_000])));
        var inMany = InRecords(Message(Extension(21, new byte[60_000])), 1_000);

        Assert.Equal(HelloStatus.Incomplete, new ClientHelloReader(inOne.Length - 1).Read(inOne.AsSpan(0, 4)).Status);
        Assert.Equal(HelloStatus.TooLong, new ClientHelloReader(inOne.Length - 1).Read(inOne.AsSpan(0, 5)).Status);
        Assert.Equal(HelloStatus.Incomplete, new ClientHelloReader(16_384).Read(inMany.AsSpan(0, 1_004)).Status);
        Assert.Equal(HelloStatus.TooLong, new ClientHelloReader(16_384).Read(inMany.AsSpan(0, 1_005)).Status);
        Assert.Equal("a.test", new ClientHelloReader(16_384).Read(InRecords(Modern("a.test"), 1)).Hello?.ServerName);
    }

    [Fact]
    public void A_hello_costs_little_but_what_it_says()
    {
        var records = InRecords(Modern("a.test"), 100);

        Assert.InRange(Allocations.Of(() => Read(records)), 0, 250);
    }

    private static HelloResult Read(ReadOnlySpan<byte> received) => new ClientHelloReader(Most).Read(received);

    private static ClientHello Hello(byte[] received)
    {
        var result = Read(received);
        Assert.Equal((HelloStatus.Complete, null), (result.Status, result.Problem));
        return result.Hello!;
    }

    private static string ProtocolsOf(ClientHello hello)
    {
        var names = new List<string>();
        for (var rest = hello.Protocols.Span; !rest.IsEmpty; rest = rest[(1 + rest[0])..])
            names.Add(Encoding.Latin1.GetString(rest.Slice(1, rest[0])));
        return string.Join(' ', names);
    }
}
