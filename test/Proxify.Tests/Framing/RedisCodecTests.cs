using CsCheck;
using Proxify.Framing;
using Proxify.Framing.Redis;
using static Proxify.Tests.Framing.Frames;

namespace Proxify.Tests.Framing;

public sealed class RedisCodecTests
{
    private static readonly RedisCodec Codec = new();

    [Theory]
    [InlineData("*1\r\n$4\r\nPING\r\n")]
    [InlineData("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$0\r\n\r\n")]
    [InlineData("*2\r\n$3\r\nGET\r\n$6\r\n\r\n$1\r\n\r\n")]
    public void Requests_end_with_their_last_argument(string request) =>
        Assert.Equal([request, request], Whole(Codec.ScanRequest, request + request));

    [Theory]
    [InlineData("PING\r\n", 0)] // inline
    [InlineData("\r\n", 0)]
    [InlineData("*0\r\n", 3)]
    [InlineData("*-1\r\n", 1)]
    [InlineData("*+1\r\n$4\r\nPING\r\n", 1)]
    [InlineData("*01\r\n$4\r\nPING\r\n", 2)]
    [InlineData("*\r\n", 1)]
    [InlineData("*:\r\n$4\r\nPING\r\n", 1)]
    [InlineData("*1\r\n$:4\r\nPING\r\n", 5)]
    [InlineData("*1\n$4\r\nPING\r\n", 2)]
    [InlineData("*1\r\n:4\r\n", 4)]
    [InlineData("*1\r\n$-1\r\n", 5)]
    [InlineData("*1\r\n$4\r\nPINGS\r\n", 12)] // redis would not notice
    [InlineData("*1\r\n$4\r\nPING\rX", 13)]
    [InlineData("*2147483648\r\n", 12)]
    [InlineData("*1111111111111111111\r\n", 19)]
    public void What_redis_might_take_for_something_else_is_malformed(string request, int good) =>
        Assert.Equal((FrameStatus.Malformed, good), End(Codec.ScanRequest, request));

    [Theory]
    [InlineData("+OK\r\n")]
    [InlineData("-ERR unknown command 'X', with args beginning with: \r\n")]
    [InlineData(":-7\r\n")]
    [InlineData("$-1\r\n")]
    [InlineData("*-1\r\n")]
    [InlineData("$0\r\n\r\n")]
    [InlineData("*0\r\n")]
    [InlineData("*2\r\n*1\r\n:1\r\n*0\r\n")]
    [InlineData("_\r\n")]
    [InlineData("#t\r\n")]
    [InlineData(",-inf\r\n")]
    [InlineData("(3492890328409238509324850943850943825024385\r\n")]
    [InlineData("!21\r\nSYNTAX invalid syntax\r\n")]
    [InlineData("=15\r\ntxt:Some string\r\n")]
    [InlineData("%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n")]
    [InlineData("~3\r\n:1\r\n_\r\n$1\r\nx\r\n")]
    [InlineData(">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n")]
    [InlineData("|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n|1\r\n+x\r\n+y\r\n:2\r\n")]
    public void Replies_end_with_their_last_element(string reply) => Assert.Equal([reply, reply], Whole(Scan, reply + reply));

    [Theory]
    [InlineData("HTTP/1.1 400\r\n", 0)]
    [InlineData("+OK\n", 3)]
    [InlineData("+O\rK\r\n", 3)]
    [InlineData("$-2\r\n", 2)]
    [InlineData("%-1\r\n", 4)]
    [InlineData("$?\r\n", 1)]
    [InlineData("*1\r\n$1\r\nab", 9)]
    public void What_no_server_says_is_malformed(string reply, int good) => Assert.Equal((FrameStatus.Malformed, good), End(Scan, reply));

    [Fact]
    public void Big_numbers_of_elements_inside_of_each_other_do_not_run_over()
    {
        var nested = string.Concat(Enumerable.Repeat("*2147483647\r\n", 10_000));

        Assert.Equal(FrameStatus.Partial, InPieces(Scan, Bytes(nested), static (_, length) => length).Last);
    }

    [Fact]
    public void Replies_of_any_kind_are_found_however_they_come()
    {
        Element(depth: 3).Array[1, 4].Sample(static replies => Assert.Equal(replies, Whole(Scan, string.Concat(replies))), iter: 300);
    }

    [Theory]
    [InlineData("*2\r\n$3\r\nget\r\n$1\r\nk\r\n", RequestClass.Read)]
    [InlineData("*3\r\n$3\r\nSet\r\n$1\r\nk\r\n$1\r\nv\r\n", RequestClass.Write)]
    [InlineData("*2\r\n$8\r\nSENTINEL\r\n$7\r\nMASTERS\r\n", RequestClass.Write)]
    [InlineData("*3\r\n$6\r\nCLIENT\r\n$19\r\nmaint_notifications\r\n$2\r\nON\r\n", RequestClass.Local)]
    [InlineData("*2\r\n$6\r\nCLIENT\r\n$4\r\nINFO\r\n", RequestClass.Own)]
    [InlineData("*3\r\n$5\r\nBLPOP\r\n$1\r\nk\r\n$1\r\n0\r\n", RequestClass.Alone)]
    [InlineData("*1\r\n$5\r\nMULTI\r\n", RequestClass.Own)]
    [InlineData("*2\r\n$6\r\nSELECT\r\n$1\r\n1\r\n", RequestClass.Own)]
    [InlineData("*3\r\n$6\r\nCLIENT\r\n$7\r\nSETINFO\r\n$8\r\nLIB-NAME\r\n", RequestClass.Own)]
    [InlineData("*1\r\n$30\r\nGETGETGETGETGETGETGETGETGETGET\r\n", RequestClass.Own)]
    [InlineData("*1\r\n$3\r\n\xe7\xe5\xf4\r\n", RequestClass.Own)]
    [InlineData("*1\r\n$0\r\n\r\n", RequestClass.Own)]
    public void Commands_have_the_class_of_what_they_do_to_their_connection(object request, object expected) =>
        Assert.Equal(new((RequestClass)expected), Codec.Classify(Bytes((string)request)));

    private static FrameScan Scan(ReadOnlySpan<byte> bytes, ref ScanState state) => Codec.ScanReply(bytes, ReplyShape.Plain, ref state);

    private static string[] Whole(Scan scan, string bytes)
    {
        var (whole, rest, _) = Of(scan, Bytes(bytes));
        Assert.Equal(FrameStatus.Complete, rest);
        return whole;
    }

    private static (FrameStatus Last, int Good) End(Scan scan, string bytes)
    {
        var found = Of(scan, Bytes(bytes));
        Assert.Empty(found.Whole);
        return found.End;
    }

    private static Gen<char> One(params char[] kinds) => Gen.Int[0, kinds.Length - 1].Select(i => kinds[i]);

    private static Gen<string> Element(int depth)
    {
        var text = Gen.String[Gen.Char['\u0020', '\u00ff'], 0, 12];
        var bulk = Gen.Select(One('$', '!', '='), Gen.String[Gen.Char['\0', '\u00ff'], 0, 40], static (kind, value) => $"{kind}{value.Length}\r\n{value}\r\n");
        var scalar = Gen.OneOf(Gen.Select(One('+', '-', ':', ',', '(', '#', '_'), text, static (kind, value) => $"{kind}{value}\r\n"), bulk,
            Gen.Bool.Select(static isArray => isArray ? "*-1\r\n" : "$-1\r\n"));
        if (depth == 0)
            return scalar;
        var inner = Element(depth - 1);
        var array = Gen.Select(One('*', '~', '>'), inner.Array[0, 4], static (kind, all) => $"{kind}{all.Length}\r\n{string.Concat(all)}");
        var map = Gen.Select(inner, inner, static (key, value) => key + value).Array[0, 3].Select(static all => $"%{all.Length}\r\n{string.Concat(all)}");
        var told = Gen.Select(inner, inner, scalar, static (key, value, of) => $"|1\r\n{key}{value}{of}");
        return Gen.OneOf(scalar, array, map, told);
    }
}
