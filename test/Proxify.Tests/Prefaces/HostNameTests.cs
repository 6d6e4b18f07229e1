using System.Text;
using Proxify.Prefaces;

namespace Proxify.Tests.Prefaces;

public sealed class HostNameTests
{
    [Theory]
    [InlineData("a.test", "a.test")]
    [InlineData("A.TEST", "a.test")]
    [InlineData("a.test.", "a.test")]
    [InlineData("localhost", "localhost")]
    [InlineData("_db-1.xn--bcher-kva.example", "_db-1.xn--bcher-kva.example")]
    [InlineData("1.2.3.4a", "1.2.3.4a")]
    [InlineData("", null)]
    [InlineData(".", null)]
    [InlineData("a..test", null)]
    [InlineData(".a.test", null)]
    [InlineData("a.test..", null)]
    [InlineData("192.0.2.1", null)]
    [InlineData("192.0.2.1.", null)]
    [InlineData("::1", null)]
    [InlineData("[::1]", null)]
    [InlineData("*.test", null)]
    [InlineData("a test", null)]
    [InlineData("a.test\0", null)]
    [InlineData("b\u00fccher.example", null)]
    [InlineData("a.test\n", null)]
    public void A_name_has_one_form(string text, string? name) => Assert.Equal(name, HostName.Parse(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void Names_and_labels_are_no_longer_than_DNS_has_them()
    {
        var label = new string('a', 63);
        var longest = $"{label}.{label}.{label}.{new string('a', 61)}";

        Assert.Equal(longest, HostName.Parse(Encoding.Latin1.GetBytes(longest)));
        Assert.Equal(longest, HostName.Parse(Encoding.Latin1.GetBytes(longest + ".")));
        Assert.Null(HostName.Parse(Encoding.Latin1.GetBytes(longest + "a")));
        Assert.Null(HostName.Parse(Encoding.Latin1.GetBytes($"{label}a.test")));
    }
}
