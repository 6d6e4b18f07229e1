using Proxify.Framing;
using Proxify.Framing.Memcached;
using static Proxify.Tests.Framing.Frames;

namespace Proxify.Tests.Framing;

public sealed class MemcachedCodecTests
{
    private static readonly MemcachedCodec Codec = new();

    [Theory]
    [InlineData("get a b\r\n")]
    [InlineData("set k 0 0 7\r\n\r\nget \r\r\n")]
    [InlineData("set k 0 0 0\r\n\r\n")]
    [InlineData("cas k 1 -1 2 77\r\nab\r\n")]
    [InlineData("set k 0 0 2 noreply\r\nab\r\n")]
    [InlineData("ms k 3 T0 q\r\nabc\r\n")]
    [InlineData("mg k v t\r\n")]
    [InlineData("version\r\n")]
    public void Requests_end_with_their_line_or_their_value(string request)
    {
        var (whole, rest, _) = Of(Codec.ScanRequest, Bytes(request + request));

        Assert.Equal([request, request], whole);
        Assert.Equal(FrameStatus.Complete, rest);
    }

    [Theory]
    [InlineData("get a\n", 5)]
    [InlineData("set k 0 0 x\r\n", 10)]
    [InlineData("set k 0 0 -1\r\n", 10)]
    [InlineData("set k 0 0\r\n", 10)]
    [InlineData("set k 0 0 \r\n", 10)]
    [InlineData("set k 0 0 2\r\nabc\r\n", 15)]
    [InlineData("stats\r\n", 5)]
    [InlineData("flush_all\r\n", 5)]
    [InlineData("verylongword\r\n", 8)]
    [InlineData("verylongw", 8)]
    [InlineData("GET k\r\n", 0)]
    [InlineData("\r\n", 0)]
    [InlineData("\x80\x0b\0", 0)] // the binary protocol
    public void What_the_codec_does_not_know_is_malformed(string request, int good)
    {
        var (whole, rest, length) = Of(Codec.ScanRequest, Bytes(request));

        Assert.Empty(whole);
        Assert.Equal((FrameStatus.Malformed, good), (rest, length));
    }

    [Theory]
    [InlineData("STORED\r\n", "Plain")]
    [InlineData("VALUE is a line here\r\n", "Plain")]
    [InlineData("END\r\n", "Values")]
    [InlineData("VALUE k 0 5\r\nEND\r\n\r\nVALUE l 0 0 12\r\n\r\nEND\r\n", "Values")]
    [InlineData("SERVER_ERROR out of memory\r\n", "Values")]
    [InlineData("VA 2 t30\r\nab\r\n", "Meta")]
    [InlineData("VA 0\r\n\r\n", "Meta")]
    [InlineData("HD\r\n", "Meta")]
    [InlineData("EN\r\n", "Meta")]
    public void Replies_end_as_their_requests_have_it(string reply, string shape)
    {
        var (whole, rest, _) = Of(Scan(Enum.Parse<ReplyShape>(shape)), Bytes(reply + reply));

        Assert.Equal([reply, reply], whole);
        Assert.Equal(FrameStatus.Complete, rest);
    }

    [Theory]
    [InlineData("VALUE k 0\r\n", 10)]
    [InlineData("VALUE k 0 1\r\nab", 14)]
    public void What_no_server_says_is_malformed(string reply, int good)
    {
        var (_, rest, length) = Of(Scan(ReplyShape.Values), Bytes(reply));

        Assert.Equal((FrameStatus.Malformed, good), (rest, length));
    }

    [Theory]
    [InlineData("get a b c\r\n", "Read", "Values")]
    [InlineData("gat 60 a\r\n", "Write", "Values")]
    [InlineData("set k 0 -1 1\r\na\r\n", "Write", "Plain")]
    [InlineData("mg k v\r\n", "Write", "Meta")]
    [InlineData("delete k\r\n", "Write", "Plain")]
    [InlineData("get\r\n", "Own", "Values")]
    [InlineData("get a  b\r\n", "Own", "Values")]
    [InlineData("set k -1 0 1\r\na\r\n", "Own", "Plain")] // CLIENT_ERROR, and then "a" is taken for a command
    [InlineData("set k 0 x 1\r\na\r\n", "Own", "Plain")]
    [InlineData("set k 0 0 1 noreply\r\na\r\n", "Own", "Plain")]
    [InlineData("delete k noreply\r\n", "Own", "Plain")]
    [InlineData("incr k 1 noreply\r\n", "Own", "Plain")]
    [InlineData("mg k v q\r\n", "Own", "Meta")]
    [InlineData("ms k 1 q\r\na\r\n", "Own", "Plain")]
    [InlineData("incr k noreply\r\n", "Own", "Plain")]
    [InlineData("touch k noreply\r\n", "Own", "Plain")]
    [InlineData("set k\0 0 0 1\r\na\r\n", "Own", "Plain")]
    [InlineData("get a\0b\r\n", "Own", "Values")]
    [InlineData("ms k 1 a b c d e f g h i j k l m\r\na\r\n", "Write", "Plain")]
    [InlineData("ms k 1 a b c d e f g h i j k l m n\r\na\r\n", "Own", "Plain")]
    public void Requests_that_may_be_answered_twice_or_not_at_all_want_a_connection_of_their_own(string request, string expected, string shape)
    {
        Assert.Equal(new(Enum.Parse<RequestClass>(expected), Enum.Parse<ReplyShape>(shape)), Codec.Classify(Bytes(request)));
    }

    [Theory]
    [InlineData(250, "Write")]
    [InlineData(251, "Own")]
    public void Keys_have_250_bytes_at_most(int length, string expected) =>
        Assert.Equal(Enum.Parse<RequestClass>(expected), Codec.Classify(Bytes($"set {new string('k', length)} 0 0 1\r\na\r\n")).Class);

    [Theory]
    [InlineData("get", "Read")]
    [InlineData("gets", "Read")]
    [InlineData("gat 0", "Own")]
    [InlineData("mg", "Own")]
    public void Lines_are_long_where_a_server_takes_that_in_pieces(string name, string expected) =>
        Assert.Equal(Enum.Parse<RequestClass>(expected), Codec.Classify(Bytes($"{name}{string.Concat(Enumerable.Repeat(" key", 300))}\r\n")).Class);

    private static Scan Scan(ReplyShape shape) => (bytes, ref state) => Codec.ScanReply(bytes, shape, ref state);
}
