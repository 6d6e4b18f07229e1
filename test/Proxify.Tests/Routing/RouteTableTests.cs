using System.Net;
using Proxify.Configuration;
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

        Assert.Equal("a", routes.Find(At("127.0.0.1:5001"))?.Name);
        Assert.Equal("a", routes.Find(At("[2001:db8::1]:5001"))?.Name);
        Assert.Equal("b", routes.Find(At("10.0.0.1:5299"))?.Name);
    }

    [Fact]
    public void Find_with_bound_addresses_tells_apps_on_one_port_apart()
    {
        var routes = ModelOf(
            App("a", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse("10.0.0.1")] },
            App("b", [80], "127.0.0.1:2") with { Bind = [IPAddress.Parse("10.0.0.2"), IPAddress.Parse("2001:db8::2")] }).Routes;

        Assert.Equal("a", routes.Find(At("10.0.0.1:80"))?.Name);
        Assert.Equal("b", routes.Find(At("10.0.0.2:80"))?.Name);
        Assert.Equal("b", routes.Find(At("[2001:db8::2]:80"))?.Name);
        Assert.Null(routes.Find(At("10.0.0.3:80")));
    }

    [Fact]
    public void Find_with_every_IPv4_address_leaves_IPv6_to_another_app()
    {
        var six = App("six", [80], "127.0.0.1:1") with { Bind = [IPAddress.IPv6Loopback] };
        var four = App("four", [80], "127.0.0.1:2") with { Bind = [IPAddress.Any] };

        foreach (var routes in new[] { ModelOf(six, four).Routes, ModelOf(four, six).Routes })
        {
            Assert.Equal("six", routes.Find(At("[::1]:80"))?.Name);
            Assert.Equal("four", routes.Find(At("10.0.0.1:80"))?.Name);
            Assert.Null(routes.Find(At("[2001:db8::1]:80")));
        }
    }

    [Fact]
    public void Find_tells_one_link_local_address_on_two_interfaces_apart()
    {
        var routes = ModelOf(
            App("seven", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse("fe80::1%7")] },
            App("nine", [80], "127.0.0.1:2") with { Bind = [IPAddress.Parse("fe80::1%9")] }).Routes;

        Assert.Equal("seven", routes.Find(At("[fe80::1%7]:80"))?.Name);
        Assert.Equal("nine", routes.Find(At("[fe80::1%9]:80"))?.Name);
        Assert.Null(routes.Find(At("[fe80::1%8]:80")));
    }

    [Fact]
    public void Find_ignores_the_zone_of_an_address_that_needs_none()
    {
        var routes = ModelOf(App("a", [80], "127.0.0.1:1") with { Bind = [IPAddress.Parse("2001:db8::1%7")] }).Routes;

        Assert.Equal("a", routes.Find(At("[2001:db8::1]:80"))?.Name);
    }

    [Fact]
    public void All_ports_are_found()
    {
        var routes = ModelOf(App("a", [new PortRange(1, 65535)], "127.0.0.1:1")).Routes;

        Assert.All(Enumerable.Range(1, 65535), port => Assert.NotNull(routes.Find(new TcpEndpoint(IPAddress.Loopback, port))));
    }
}
