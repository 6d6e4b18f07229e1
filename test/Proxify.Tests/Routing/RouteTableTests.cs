using System.Net;
using Proxify.Configuration;
using Proxify.Routing;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Routing;

public sealed class RouteTableTests
{
    private static TcpEndpoint At(string endpoint) => new(IPEndPoint.Parse(endpoint));

    [Fact]
    public void Find_by_port_takes_every_address()
    {
        var routes = ModelOf(App("a", [5001], "127.0.0.1:1"), App("b", [new PortRange(5200, 5299)], "127.0.0.1:2")).Routes;

        Assert.Equal("a", routes.Find(At("127.0.0.1:5001"))?.App.Name);
        Assert.Equal("a", routes.Find(At("[2001:db8::1]:5001"))?.App.Name);
        Assert.Equal("b", routes.Find(At("10.0.0.1:5299"))?.App.Name);
    }

    [Fact]
    public void Find_with_bound_addresses_tells_apps_on_one_port_apart()
    {
        var routes = ModelOf(
            App("a", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse("10.0.0.1")] },
            App("b", [80], "127.0.0.1:2") with { Bind = [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("2001:db8::2")] }).Routes;

        Assert.Equal("a", routes.Find(At("10.0.0.1:80"))?.App.Name);
        Assert.Equal("b", routes.Find(At("10.0.0.2:80"))?.App.Name);
        Assert.Equal("b", routes.Find(At("[2001:db8::2]:80"))?.App.Name);
        Assert.Null(routes.Find(At("10.0.0.3:80")));
    }

    [Fact]
    public void Find_with_every_IPv4_address_leaves_IPv6_to_another_app()
    {
        var six = App("six", [80], "127.0.0.1:1") with { Bind = [IPAddress.IPv6Loopback] };
        var four = App("four", [80], "127.0.0.1:2") with { Bind = [IPAddress.Any] };

        foreach (var routes in new[] { ModelOf(six, four).Routes, ModelOf(four, six).Routes })
        {
            Assert.Equal("six", routes.Find(At("[::1]:80"))?.App.Name);
            Assert.Equal("four", routes.Find(At("10.0.0.1:80"))?.App.Name);
            Assert.Null(routes.Find(At("[2001:db8::1]:80")));
        }
    }

    [Fact]
    public void Find_tells_one_link_local_address_on_two_interfaces_apart()
    {
        var routes = ModelOf(
            App("seven", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse("fe80::1%7")] },
            App("nine", [80], "127.0.0.1:2") with { Bind = [IPAddress.Parse("fe80::1%9")] }).Routes;

        Assert.Equal("seven", routes.Find(At("[fe80::1%7]:80"))?.App.Name);
        Assert.Equal("nine", routes.Find(At("[fe80::1%9]:80"))?.App.Name);
        Assert.Null(routes.Find(At("[fe80::1%8]:80")));
    }

    [Fact]
    public void Find_ignores_the_zone_of_an_address_that_needs_none()
    {
        var routes = ModelOf(App("a", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse("2001:db8::1%7")] }).Routes;

        Assert.Equal("a", routes.Find(At("[2001:db8::1]:80"))?.App.Name);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(300)]
    public void Find_on_one_port_tells_any_number_of_addresses_apart(int addresses)
    {
        string Address(int i) => i % 2 == 0 ? $"10.0.{i / 250}.{1 + (i % 250)}" : $"2001:db8::{i:x}";
        var apps = Enumerable.Range(0, addresses).Select(i => App($"{i}", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse(Address(i))] });
        var routes = ModelOf(
            [.. apps, App("zone", [80], "127.0.0.1:2") with { Bind = [IPAddress.Parse("fe80::1%7")] }, App("other", [81], "127.0.0.1:3")]).Routes;

        Assert.All(Enumerable.Range(0, addresses), i => Assert.Equal($"{i}", routes.Find(new TcpEndpoint(IPAddress.Parse(Address(i)), 80))?.App.Name));
        Assert.Equal("zone", routes.Find(At("[fe80::1%7]:80"))?.App.Name);
        Assert.Null(routes.Find(At("[fe80::1%8]:80")));
        Assert.Null(routes.Find(At("10.9.9.9:80")));
        Assert.Null(routes.Find(At("[2001:db8:9::9]:80")));
        Assert.Equal("other", routes.Find(At("10.9.9.9:81"))?.App.Name);
    }

    [Fact]
    public void Find_with_every_IPv4_address_beside_many_of_IPv6_takes_no_other_IPv6()
    {
        var six = Enumerable.Range(1, 20).Select(i => App($"{i}", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse($"2001:db8::{i:x}")] });
        var routes = ModelOf([App("four", [80], "127.0.0.1:2") with { Bind = [IPAddress.Any] }, .. six]).Routes;

        Assert.Equal("four", routes.Find(At("10.0.0.1:80"))?.App.Name);
        Assert.Equal("20", routes.Find(At("[2001:db8::14]:80"))?.App.Name);
        Assert.Null(routes.Find(At("[2001:db8::15]:80")));
    }

    [Fact(Timeout = 60_000)]
    public async Task Find_on_a_port_with_tens_of_thousands_of_addresses_looks_at_few_of_them()
    {
        // Forty milliards of steps: minutes, where each address of the port is looked at.
        var addresses = Enumerable.Range(0, 60_000).Select(i => new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i])).ToList();
        var builder = new RouteTable<string>.Builder();
        foreach (var address in addresses)
            builder.Add(new TcpEndpoint(address, 80), $"{address}");
        var routes = builder.Build();

        await Task.Run(
            () =>
            {
                for (var round = 0; round < 25; round++)
                    Assert.DoesNotContain(addresses, address => routes.Find(new TcpEndpoint(address, 80)) is null);
            },
            TestContext.Current.CancellationToken);
    }

    [Fact]
    public void All_ports_are_found()
    {
        var routes = ModelOf(App("a", [new PortRange(1, 65535)], "127.0.0.1:1")).Routes;

        Assert.All(Enumerable.Range(1, 65535), port => Assert.NotNull(routes.Find(new TcpEndpoint(IPAddress.Loopback, port))));
    }
}
