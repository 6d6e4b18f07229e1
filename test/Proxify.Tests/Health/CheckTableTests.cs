using Proxify.Configuration;
using Proxify.Health;

namespace Proxify.Tests.Health;

public sealed class CheckTableTests
{
    [Fact]
    public void Names_are_the_words_of_the_config() => Assert.Equal(ConfigWords.Checks.Words, CheckTable.All.Select(type => type.Name));

    [Fact]
    public void Settings_without_a_type_need_nothing_but_a_connect() => Assert.True(new CheckSettings().IsConnectOnly);
}
