using CsCheck;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

public sealed class DurationTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("250ms", 250)]
    [InlineData("5s", 5_000)]
    [InlineData("90s", 90_000)]
    [InlineData("2m", 120_000)]
    [InlineData("1h", 3_600_000)]
    [InlineData("7d", 604_800_000)]
    [InlineData("off", -1)]
    public void TryParse_number_and_unit_gives_the_time(string text, long milliseconds)
    {
        Assert.True(Duration.TryParse(text, out var value));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("05s")]
    [InlineData("-5s")]
    [InlineData("+5s")]
    [InlineData("5 s")]
    [InlineData("1.5s")]
    [InlineData("5S")]
    [InlineData("5sec")]
    [InlineData("1h30m")]
    [InlineData("OFF")]
    [InlineData("٥s")]
    [InlineData("10675200d")]
    [InlineData("99999999999999999999ms")]
    public void TryParse_anything_else_is_refused(string text) => Assert.False(Duration.TryParse(text, out _));

    [Fact]
    public void Format_is_what_TryParse_reads() =>
        Gen.Select(Gen.Long[0, 1_000_000], Gen.Int[0, 4]).Sample((number, unit) =>
            Duration.TryParse($"{number}{new[] { "ms", "s", "m", "h", "d" }[unit]}", out var value) && Duration.TryParse(Duration.Format(value), out var again)
                && again == value);
}
