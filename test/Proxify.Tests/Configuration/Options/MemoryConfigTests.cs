using Proxify.Configuration;
using Proxify.Runtime;
using static Proxify.Tests.Configuration.ConfigText;

namespace Proxify.Tests.Configuration;

/// <summary>The amount of memory in the file's limits.</summary>
public sealed class MemoryConfigTests
{
    [Theory]
    [InlineData("16MiB", 16L << 20)]
    [InlineData("1024GiB", 1L << 40)]
    public void Memory_within_its_range_is_read(string text, long bytes) => Assert.Equal(bytes, ReadValid(WithMemory($"\"{text}\"")).Limits.BufferMemory);

    [Theory]
    [InlineData("\"15MiB\"", "expected 16MiB to 1024GiB, found 15MiB")]
    [InlineData("\"1025GiB\"", "expected 16MiB to 1024GiB, found 1025GiB")]
    [InlineData("\"off\"", "expected an amount of memory such as \"256MiB\" or \"2GiB\", found \"off\"")]
    [InlineData("256", "expected an amount of memory such as \"256MiB\" or \"2GiB\", found 256")]
    public void Memory_that_is_wrong_says_why(string json, string message) =>
        Assert.EndsWith($"Limits.BufferMemory: {message}", Assert.Single(Errors(WithMemory(json))), StringComparison.Ordinal);

    [Fact]
    public void Memory_that_no_config_sets_is_a_share_of_the_machine() =>
        Assert.InRange(ModelBuilder.Build(ReadValid(App()), previous: null).BufferMemory, 64L << 20, 1L << 50);

    private static string WithMemory(string json) => App(root: $$""" "Limits":{"BufferMemory":{{json}}},""");
}
