using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData("1KiB", 1L << 10)]
    [InlineData("1025KiB", 1025L << 10)]
    [InlineData("16MiB", 16L << 20)]
    [InlineData("1GiB", 1L << 30)]
    [InlineData("1024GiB", 1L << 40)]
    public void Size_is_a_whole_number_and_a_unit(string text, long bytes)
    {
        Assert.True(ByteSize.TryParse(text, out var parsed));
        Assert.Equal(bytes, parsed);
        Assert.Equal(text, ByteSize.Format(bytes));
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("0MiB")]
    [InlineData("016MiB")]
    [InlineData("+16MiB")]
    [InlineData("1.5GiB")]
    [InlineData("16 MiB")]
    [InlineData("16mib")]
    [InlineData("16MB")]
    [InlineData("16384B")]
    [InlineData("9223372036854775807GiB")]
    [InlineData("99999999999999999999MiB")]
    public void Anything_else_is_none(string text) => Assert.False(ByteSize.TryParse(text, out _));
}
