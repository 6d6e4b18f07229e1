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
    public void Target_is_made_of_what_Address_gives(string address) => Assert.Equal(address, new TargetConfig(address).Address);

    [Theory]
    [InlineData("")]
    [InlineData("::1:7001")]
    [InlineData("db.internal:70000/")]
    public void Target_of_another_text_says_what_was_expected(string text)
    {
        var e = Assert.Throws<FormatException>(() => new TargetConfig(text));

        Assert.Contains("db.internal:5432", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_in_code_are_written_with_the_words_of_the_file() =>
        Assert.Equal(
            ConfigText.ReadValid(ConfigText.App(targets: """["10.0.0.1:80", { "Address": "10.0.0.2:80", "Weight": 2, "Backup": true }]""")).Apps[0].Targets,
            ["10.0.0.1:80", new TargetConfig("10.0.0.2:80") { Weight = 2, Backup = true }]);
}
