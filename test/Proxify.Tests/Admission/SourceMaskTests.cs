using System.Net;
using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class SourceMaskTests
{
    [Theory]
    [InlineData(32, 64, "10.0.0.1", "10.0.0.2", false)]
    [InlineData(24, 64, "10.0.0.1", "10.0.0.2", true)]
    [InlineData(24, 64, "10.0.0.1", "10.0.1.1", false)]
    [InlineData(1, 64, "10.0.0.1", "127.0.0.1", true)]
    [InlineData(1, 64, "10.0.0.1", "128.0.0.1", false)]
    [InlineData(32, 64, "2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData(32, 64, "2001:db8:0:1::1", "2001:db8::1", false)]
    [InlineData(32, 128, "2001:db8::1", "2001:db8::2", false)]
    [InlineData(32, 1, "2001:db8::1", "10.0.0.1", false)]
    public void Addresses_are_one_source_if_they_agree_under_the_prefix(int ipv4, int ipv6, string one, string other, bool same)
    {
        var mask = SourceMask.OfLengths(ipv4, ipv6);

        Assert.Equal(same, mask.Apply(SourceRulesTests.Bits(IPAddress.Parse(one))) == mask.Apply(SourceRulesTests.Bits(IPAddress.Parse(other))));
    }
}
