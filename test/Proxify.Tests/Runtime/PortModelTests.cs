using System.Net;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

public sealed class PortModelTests
{
    private static readonly AppConfig A = App("a", [443], "10.0.0.1:1") with { ServerNames = ["A.Test."] };
    private static readonly AppConfig B = App("b", [443, 444], "10.0.0.1:1") with { ServerNames = ["*.b.test"], PlainClients = true };
    private static readonly AppConfig Rest = App("rest", [443], "10.0.0.1:1");

    [Fact]
    public void A_port_of_one_app_without_names_is_that_apps_and_nothing_is_read()
    {
        var route = Find(443, Rest);

        Assert.Equal("rest", route.App.Name);
        Assert.Null(route.Names);
    }

    [Fact]
    public void A_port_of_one_app_with_names_is_read_too()
    {
        var route = Find(443, A);

        Assert.Equal(["a", null], new[] { "a.test", "b.test" }.Select(name => route.Names!.Find(name, [], out _)?.Name));
    }

    [Fact]
    public void Apps_that_share_a_port_share_that_one_alone()
    {
        var apps = new[] { Rest, A, B };
        var (shared, own) = (Find(443, apps), Find(444, apps));

        Assert.Equal(["a", "b", "rest", "rest"], new[] { "a.test", "x.b.test", "b.test", null }.Select(name => shared.Names!.Find(name, [], out _)?.Name));
        Assert.Equal("b", shared.PlainApp?.Name);
        Assert.Equal([null, "b"], new[] { "a.test", "x.b.test" }.Select(name => own.Names!.Find(name, [], out _)?.Name));
    }

    [Fact]
    public void Apps_share_a_port_at_the_addresses_that_both_have()
    {
        var (one, two, three) = (IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.3"));
        var routes = ModelOf(A with { Bind = [one, two] }, Rest with { Bind = [two, three] }).Routes;

        Assert.Equal(["a", "a, rest", "rest"],
            new[] { one, two, three }.Select(address => string.Join(", ", routes.Find(new TcpEndpoint(address, 443))!.Apps.Select(app => app.Name).Order())));
    }

    [Fact]
    public void Ports_that_have_the_same_apps_have_the_same_route()
    {
        var apps = new[] { Rest with { Ports = [new PortRange(1, 60_000)] }, A with { Ports = [new PortRange(1, 60_000)] }, B with { Ports = [1] } };
        var routes = ModelOf(apps).Routes;

        Assert.Equal(2, Enumerable.Range(1, 60_000).Select(port => routes.Find(new TcpEndpoint(IPAddress.Loopback, port))).Distinct().Count());
    }

    private static PortModel Find(int port, params AppConfig[] apps) => ModelOf(apps).Routes.Find(new TcpEndpoint(IPAddress.Loopback, port))!;
}
