using Proxify.Framing;
using Proxify.Framing.Line;
using static Proxify.Tests.Framing.Frames;

namespace Proxify.Tests.Framing;

public sealed class LineCodecTests
{
    [Theory]
    [InlineData("\n", "a line\n")]
    [InlineData("\r\n", "a\rline\n\r\n")]
    [InlineData("\r\n\r\n", "a\r\r\n\r\n")]
    [InlineData("\r\n\r\n", "\r\n\r\n")]
    [InlineData("\0\0", "x\0\0")]
    [InlineData("12345678", "1234123412345678")]
    public void Messages_end_with_their_delimiter(string delimiter, string message)
    {
        var codec = new LineCodec(Bytes(delimiter), maximum: 100);

        var (whole, rest, _) = Of(codec.ScanRequest, Bytes(message + message));

        Assert.Equal([message, message], whole);
        Assert.Equal(FrameStatus.Complete, rest);
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    public void Longer_ones_than_the_longest_are_malformed(string delimiter)
    {
        var codec = new LineCodec(Bytes(delimiter), maximum: 5);

        Assert.Equal(FrameStatus.Complete, Of(codec.ScanRequest, Bytes("abc\0"[..(5 - delimiter.Length)] + delimiter)).Last);
        Assert.Equal((FrameStatus.Malformed, 5), Of(codec.ScanRequest, Bytes("abcdef" + delimiter)).End);
    }

    [Theory]
    [InlineData("")]
    [InlineData("123456789")]
    public void A_delimiter_has_one_to_eight_bytes(string delimiter) => Assert.Throws<ArgumentException>(() => new LineCodec(Bytes(delimiter), 10));
}
