using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

public sealed class PrintableTests
{
    [Theory]
    [InlineData("\u001b[31mred", @"\u001b[31mred")]
    [InlineData("a\r\nb\tc\0", @"a\u000d\u000ab\u0009c\u0000")]
    [InlineData("\u007f\u0080\u009b1m", @"\u007f\u0080\u009b1m")] // DEL and C1: 9b is CSI in eight bits
    [InlineData("\u202egnp.exe\u2066x\u200b", @"\u202egnp.exe\u2066x\u200b")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")]
    [InlineData("\U000e0041", @"\U000e0041")] // a tag: invisible
    public void Line_shows_what_does_something_to_a_terminal(string text, string expected) => Assert.Equal(expected, Printable.Line(text));

    [Theory]
    [InlineData("")]
    [InlineData("plain \"text\" \\ 7001")]
    [InlineData("büro 日本 😀")]
    [InlineData("\ud800")] // half a pair: the encoder makes U+FFFD of it
    public void Line_leaves_the_rest_alone(string text) => Assert.Same(text, Printable.Line(text));
}
