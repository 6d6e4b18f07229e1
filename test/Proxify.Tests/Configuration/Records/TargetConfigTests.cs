using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>Targets written in code as in the file.</summary>
public sealed class TargetConfigTests
{
    [Theory]
    [InlineData("127.0.0.1:7001")]
    [InlineData("[::1]:7001")]
    [InlineData("db.internal:5432")]
    [InlineData("_redis._tcp.cache.internal")]
    public void Parse_takes_what_Address_gives(string address) => Assert.Equal(address, TargetConfig.Parse(address).Address);

    [Theory]
    [InlineData("")]
    [InlineData("::1:7001")]
    [InlineData("db.internal:70000/")]
    public void Parse_of_another_text_says_what_was_expected(string text)
    {
        var e = Assert.Throws<FormatException>(() => TargetConfig.Parse(text));

        Assert.Contains("db.internal:5432", e.Message, StringComparison.Ordinal);
    }
}
