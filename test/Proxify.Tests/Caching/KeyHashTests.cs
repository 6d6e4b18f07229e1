using System.Text;
using Proxify.Caching;

namespace Proxify.Tests.Caching;

public sealed class KeyHashTests
{
    /// <summary>As CPython has it, whose secret is none with <c>PYTHONHASHSEED=0</c>: <c>hash(b'a')</c>.</summary>
    [Theory]
    [InlineData("a", 0x407448d2b89b1813)]
    [InlineData("1234567", 0xa33d651594fdae81)]
    [InlineData("12345678", 0x3489982430560a87)]
    [InlineData("123456789", 0x0fbc0f0007965fcf)]
    [InlineData("0123456789abcdef012", 0x2b82138dc2191982)]
    public void It_is_siphash(string key, ulong expected) => Assert.Equal(expected, KeyHash.Of(Encoding.ASCII.GetBytes(key), 0, 0));

    [Fact]
    public void A_hash_stays_the_same_and_goes_by_a_secret()
    {
        Assert.Equal(KeyHash.Of("key"u8), KeyHash.Of("key"u8));
        Assert.NotEqual(KeyHash.Of("key"u8, 0, 0), KeyHash.Of("key"u8, 0, 1));
        Assert.NotEqual(KeyHash.Of("key"u8, 0, 0), KeyHash.Of("key"u8, 1, 0));
    }
}
