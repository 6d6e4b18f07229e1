using System.Net;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Tests.Transport;

public sealed class DialSourceTests
{
    private static readonly TcpEndpoint IPv4Target = Endpoint("10.0.0.1", 80);
    private static readonly TcpEndpoint IPv6Target = Endpoint("2001:db8::1", 80);

    [Fact]
    public void Addresses_are_taken_by_turns_and_those_of_a_network_too()
    {
        var source = Of("10.1.0.1", "10.2.0.4/30");

        var taken = Enumerable.Range(0, 16).Select(_ => $"{source.Next(IPv4Target)!.Value.Endpoint}").CountBy(static address => address);

        Assert.Equal(
            ["10.1.0.1:0 8", "10.2.0.4:0 2", "10.2.0.5:0 2", "10.2.0.6:0 2", "10.2.0.7:0 2"],
            taken.Select(static t => $"{t.Key} {t.Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Each_target_gets_the_addresses_of_its_family()
    {
        var source = Of("10.1.0.1", "2001:db8:1::/64", "10.1.0.2");

        Assert.All(Enumerable.Range(0, 10), _ => Assert.StartsWith("10.1.0.", $"{source.Next(IPv4Target)!.Value.Endpoint}", StringComparison.Ordinal));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.StartsWith("[2001:db8:1::", $"{source.Next(IPv6Target)!.Value.Endpoint}", StringComparison.Ordinal));
        Assert.Null(Of("10.1.0.1").Next(IPv6Target));
        Assert.Null(Of("2001:db8:1::7").Next(IPv4Target));
    }

    [Fact]
    public void Clients_address_and_port_are_taken_for_a_target_of_its_family()
    {
        var (client, other) = (Endpoint("192.0.2.7", 40_000), Endpoint("2001:db8::7", 40_000));

        Assert.Equal(new LocalEnd(client, IsForeign: true), DialSource.Client.For(client, IPv4Target));
        Assert.Equal(new LocalEnd(other, IsForeign: true), DialSource.Client.For(other, IPv6Target));
        Assert.Null(DialSource.Client.For(client, IPv6Target));
        Assert.Null(DialSource.Client.For(other, IPv4Target));
        Assert.Null(DialSource.Client.For(default, IPv6Target));
    }

    [Fact]
    public void Instead_of_the_clients_port_comes_one_of_the_kernels_choice_and_then_nothing()
    {
        var client = Endpoint("192.0.2.7", 40_000);

        var second = DialSource.Client.InsteadOf(new LocalEnd(client, IsForeign: true), IPv4Target);

        Assert.Equal(new LocalEnd(client with { Port = 0 }, IsForeign: true), second);
        Assert.Null(DialSource.Client.InsteadOf(second!.Value, IPv4Target));
    }

    [Fact]
    public void Instead_of_an_address_comes_the_next_if_there_is_another()
    {
        var (two, one) = (Of("10.1.0.0/31"), Of("10.1.0.1"));
        var first = two.Next(IPv4Target)!.Value;

        for (var i = 0; i < 3; i++)
            Assert.Equal(first.Endpoint.Address ^ 1, two.InsteadOf(first, IPv4Target)!.Value.Endpoint.Address);
        Assert.Null(one.InsteadOf(one.Next(IPv4Target)!.Value, IPv4Target));
    }

    [Fact]
    public void Sources_that_say_the_same_are_equal()
    {
        Assert.Equal(Of("10.1.0.0/28", "::1"), Of("10.1.0.0/28", "::1"));
        Assert.Equal(Of("10.1.0.0/28").GetHashCode(), Of("10.1.0.0/28").GetHashCode());
        Assert.NotEqual(Of("10.1.0.0/28"), Of("10.1.0.0/29"));
        Assert.NotEqual(Of("10.1.0.1"), DialSource.Client);
    }

    [Theory]
    [InlineData("10.1.0.16/28", "10.1.0.16", "10.1.0.31")]
    [InlineData("10.1.0.16", "10.1.0.16", "10.1.0.16")]
    [InlineData("2001:db8::/64", "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff")]
    public void Range_has_the_first_and_the_last_address_of_its_network_and_is_written_alike(string network, string first, string last)
    {
        var range = Assert.Single(Of(network).Ranges);

        Assert.Equal((Endpoint(first, 0), Endpoint(last, 0)), (new TcpEndpoint(range.First, 0), new TcpEndpoint(range.Last, 0)));
        Assert.Equal(network, $"{Of(network)}");
    }

    private static DialSource Of(params string[] networks) => EffectiveSource.Of(DialSourceConfig.Of([.. networks.Select(Parse)]))!;

    private static IPNetwork Parse(string network) => SourceNetwork.TryParse(network, out var parsed, out _) ? parsed : throw new FormatException(network);

    private static TcpEndpoint Endpoint(string address, int port) => new(IPAddress.Parse(address), port);
}
