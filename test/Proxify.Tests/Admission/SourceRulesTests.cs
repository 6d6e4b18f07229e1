using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using CsCheck;
using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class SourceRulesTests
{
    [Theory]
    [InlineData("192.0.2.1")]
    [InlineData("2001:db8::1")]
    public void No_rules_allow_everybody(string source) => Assert.True(Allows(SourceRules.None, source));

    [Theory]
    [InlineData("10.1.2.3", true)]
    [InlineData("10.9.2.3", false)]
    [InlineData("10.9.9.9", true)]
    [InlineData("11.0.0.0", false)]
    [InlineData("::1", false)]
    public void Longest_prefix_decides(string source, bool allowed) =>
        Assert.Equal(allowed, Allows(Rules(["10.0.0.0/8", "10.9.9.0/24"], ["10.9.0.0/16"]), source));

    [Theory]
    [InlineData("10.1.2.3", false)]
    [InlineData("192.0.2.1", true)]
    [InlineData("::1", true)]
    public void Deny_alone_leaves_the_rest_allowed(string source, bool allowed) => Assert.Equal(allowed, Allows(Rules([], ["10.0.0.0/8"]), source));

    [Fact]
    public void Deny_wins_a_tie() => Assert.False(Allows(Rules(["10.0.0.0/8"], ["10.0.0.0/8"]), "10.1.2.3"));

    [Fact]
    public void Allowing_all_of_IPv6_does_not_allow_IPv4()
    {
        var rules = Rules(["::/0"], []);

        Assert.True(Allows(rules, "2001:db8::1"));
        Assert.False(Allows(rules, "192.0.2.1"));
    }

    [Fact]
    public void Allowing_all_of_IPv4_does_not_allow_IPv6()
    {
        var rules = Rules(["0.0.0.0/0"], []);

        Assert.True(Allows(rules, "192.0.2.1"));
        Assert.False(Allows(rules, "2001:db8::1"));
        Assert.False(Allows(rules, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"));
    }

    [Fact]
    public void A_v4_mapped_prefix_is_an_IPv4_prefix() => Assert.Equal(Rules(["10.0.0.0/8"], []), Rules(["::ffff:10.0.0.0/104"], []));

    [Fact]
    public void Equal_rules_are_equal_whatever_their_order()
    {
        Assert.Equal(Rules(["10.0.0.0/8", "::1/128"], ["192.0.2.0/24"]), Rules(["::1/128", "10.0.0.0/8", "10.0.0.0/8"], ["192.0.2.0/24"]));
        Assert.NotEqual(Rules(["10.0.0.0/8"], []), Rules([], ["10.0.0.0/8"]));
    }

    [Fact]
    public void Agrees_with_the_definition_on_random_rules_and_sources() =>
        Gen.Select(SourceRulesGen.Lists, SourceRulesGen.Address.Array[1, 50]).Sample((lists, sources) =>
        {
            var rules = new SourceRules(lists.Allow, lists.Deny);
            return sources.All(source => rules.Allows(Bits(source)) == Definition(lists.Allow, lists.Deny, source));
        });

    /// <summary>The rules as the manual words them.</summary>
    private static bool Definition(IPNetwork[] allow, IPNetwork[] deny, IPAddress source)
    {
        var longestAllow = Longest(allow);
        var longestDeny = Longest(deny);
        return longestAllow == -1 && longestDeny == -1 ? allow.Length == 0 : longestAllow > longestDeny;

        int Longest(IPNetwork[] networks) => networks.Where(n => n.BaseAddress.AddressFamily == source.AddressFamily && n.Contains(source))
            .Select(n => n.PrefixLength).DefaultIfEmpty(-1).Max();
    }

    private static SourceRules Rules(string[] allow, string[] deny) => new(allow.Select(IPNetwork.Parse), deny.Select(IPNetwork.Parse));

    private static bool Allows(SourceRules rules, string source) => rules.Allows(Bits(IPAddress.Parse(source)));

    internal static UInt128 Bits(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
