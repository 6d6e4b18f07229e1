using System.Net;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary><c>Source</c> of an app.</summary>
public sealed class DialSourceConfigTests
{
    private const string Wanted = "expected \"client\", an address such as \"10.0.0.16\", a network such as \"10.0.0.16/28\", or an array of these";

    [Theory]
    [InlineData("\"10.0.0.16\"", "10.0.0.16/32")]
    [InlineData("\"10.0.0.16/28\"", "10.0.0.16/28")]
    [InlineData("[\"10.0.0.16\", \"2001:db8::/64\"]", "10.0.0.16/32 2001:db8::/64")]
    public void Addresses_are_an_address_a_network_or_an_array_of_them(string written, string networks)
    {
        var source = Source(written)!;

        Assert.False(source.IsClient);
        Assert.Equal(networks, string.Join(' ', source.Addresses));
    }

    [Fact]
    public void Client_is_a_word_and_absent_is_the_kernels_choice()
    {
        Assert.Same(DialSourceConfig.Client, Source("\"client\""));
        Assert.Null(ConfigText.ReadValid(ConfigText.Minimal).Apps[0].Source);
    }

    [Theory]
    [InlineData("\"clients\"", Wanted + ", found \"clients\"")]
    [InlineData("7", Wanted + ", found 7")]
    [InlineData("[]", "is empty; " + Wanted)]
    [InlineData("\"10.0.0.17/28\"", "\"10.0.0.17/28\" has bits set after its prefix; did you mean \"10.0.0.16/28\"?")]
    [InlineData("\"10.0.0.16/33\"", "the prefix length 33 is out of range; expected 0-32")]
    [InlineData("\"0.0.0.0\"", "0.0.0.0/32 is no address to connect from", "[0]")]
    [InlineData("\"::/0\"", "::/0 is no address to connect from", "[0]")]
    [InlineData("\"224.0.0.1\"", "224.0.0.1/32 is a multicast address, which TCP cannot use", "[0]")]
    [InlineData("\"fe80::1\"", "fe80::1/128 is link-local; expected an address that holds on every link", "[0]")]
    [InlineData("\"::ffff:10.0.0.1\"", "::ffff:10.0.0.1/128 is IPv4 in the form of IPv6; write \"10.0.0.1/32\"", "[0]")]
    [InlineData("[\"10.0.0.1\", \"10.0.0.1\"]", "10.0.0.1/32 is already given by Apps[0].Source[0]", "[1]")]
    [InlineData("[\"10.0.0.1\", \"client\"]", "expected a network such as \"10.0.0.0/8\" or \"2001:db8::/32\", or one address, found \"client\"", "[1]")]
    public void What_is_no_source_is_an_error_with_its_place(string written, string error, string item = "")
    {
        var found = Assert.Single(ConfigText.Errors(ConfigText.App(more: $",\"Source\":{written}")));

        Assert.EndsWith($": Apps[0].Source{item}: {error}", found, StringComparison.Ordinal);
        Assert.StartsWith("1:", found, StringComparison.Ordinal);
    }

    [Fact]
    public void More_addresses_than_anybody_needs_are_an_error()
    {
        var written = string.Join(',', Enumerable.Range(0, 257).Select(static i => $"\"10.0.{i / 256}.{i % 256}\""));

        var error = Assert.Single(ConfigText.Errors(ConfigText.App(more: $",\"Source\":[{written}]")));

        Assert.Contains("Apps[0].Source: 257 addresses; expected at most 256", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Target_of_a_family_that_no_address_has_is_an_error()
    {
        const string Targets = """["10.0.0.1:1", "[2001:db8::1]:1", "db.internal:1"]""";

        Assert.Equal(
            ["1:62: Apps[0].Targets[1]: [2001:db8::1]:1 is IPv6, and Source has no IPv6 address to dial it from"],
            ConfigText.Errors(ConfigText.App(targets: Targets, more: ",\"Source\":\"10.0.0.16\"")));
        Assert.Contains(
            "10.0.0.1:1 is IPv4, and Source has no IPv4", Assert.Single(ConfigText.Errors(ConfigText.App(targets: Targets, more: ",\"Source\":\"::1\""))));
        Assert.NotNull(ConfigText.ReadValid(ConfigText.App(targets: Targets, more: ",\"Source\":[\"10.0.0.16\",\"::1\"]")));
        Assert.NotNull(ConfigText.ReadValid(ConfigText.App(targets: Targets, more: ",\"Source\":\"client\"")));
    }

    [Fact]
    public void Record_made_in_code_is_checked_alike()
    {
        Assert.Equal(["Apps[0].Source: is the client's address; expected no other"],
            Errors(new DialSourceConfig { IsClient = true, Addresses = [new IPNetwork(IPAddress.Loopback, 32)] }));
        Assert.Equal(["Apps[0].Source: is missing"], Errors(new DialSourceConfig { Addresses = null! }));

        static IEnumerable<string> Errors(DialSourceConfig source) =>
            ConfigValidator.Validate(new ProxyConfig { Apps = [TestConfigs.App("a", [80], "10.0.0.1:1") with { Source = source }] }).Select(static e => $"{e}");
    }

    private static DialSourceConfig? Source(string written) => ConfigText.ReadValid(ConfigText.App(more: $",\"Source\":{written}")).Apps[0].Source;
}
