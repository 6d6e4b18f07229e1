using Proxify.Framing;
using Proxify.Framing.LengthPrefixed;
using static Proxify.Tests.Framing.Frames;

namespace Proxify.Tests.Framing;

public sealed class LengthPrefixedCodecTests
{
    [Theory]
    [InlineData(0, 1, false, 0, "\x03" + "abc")]
    [InlineData(0, 2, false, 0, "\x01\x00" + "a256")]
    [InlineData(0, 4, false, 0, "\0\0\0\x02" + "ab")]
    [InlineData(0, 4, true, 0, "\x02\0\0\0" + "ab")]
    [InlineData(1, 4, false, -4, "Q\0\0\0\x06" + "ab")] // PostgreSQL's
    [InlineData(4, 8, true, 2, "head\x01\0\0\0\0\0\0\0" + "abc")]
    [InlineData(0, 4, false, 0, "\0\0\0\0")]
    public void Messages_are_as_long_as_they_say(int offset, int size, bool isLittleEndian, int adjustment, string message)
    {
        if (message.EndsWith("a256", StringComparison.Ordinal))
            message = message[..2] + new string('x', 256);
        var codec = new LengthPrefixedCodec(new(offset, size, isLittleEndian, adjustment, Maximum: 1000));

        var (whole, rest, _) = Of(codec.ScanRequest, Bytes(message + message));

        Assert.Equal([message, message], whole);
        Assert.Equal(FrameStatus.Complete, rest);
    }

    [Theory]
    [InlineData("\0\0\0\x0d", 3)] // 17 bytes of 16
    [InlineData("\x80\0\0\0\0\0\0\0", 3)]
    public void Longer_ones_than_the_longest_are_malformed(string message, int good)
    {
        var codec = new LengthPrefixedCodec(new(0, 4, false, 0, Maximum: 16));

        Assert.Equal((FrameStatus.Malformed, good), End(codec, message));
    }

    [Fact]
    public void A_length_that_is_less_than_what_has_come_is_malformed()
    {
        var codec = new LengthPrefixedCodec(new(0, 4, false, -4, Maximum: 16));

        Assert.Equal((FrameStatus.Malformed, 3), End(codec, "\0\0\0\x03"));
    }

    [Fact]
    public void Eight_bytes_of_length_do_not_run_over()
    {
        var codec = new LengthPrefixedCodec(new(0, 8, false, 4, Maximum: long.MaxValue));

        Assert.Equal((FrameStatus.Malformed, 7), End(codec, "\xff\xff\xff\xff\xff\xff\xff\xff"));
        Assert.Equal((FrameStatus.Malformed, 7), End(codec, "\x7f\xff\xff\xff\xff\xff\xff\xff"));
    }

    private static (FrameStatus Last, int Good) End(LengthPrefixedCodec codec, string message) => Of(codec.ScanRequest, Bytes(message)).End;
}
