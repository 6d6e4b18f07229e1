using System.Net;
using Proxify.Configuration;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Configuration;

/// <summary>Which apps may share a port.</summary>
public sealed class SharedPortTests
{
    [Fact]
    public void Apps_that_take_different_clients_share_a_port() => Assert.Empty(Errors(
        Named("a", "a.test"), Named("b", "*.test", "b.example"), Named("h2", "a.test") with { ApplicationProtocols = ["h2"] },
        Named("pg") with { ApplicationProtocols = ["postgresql"] }, Named("rest") with { PlainClients = true }));

    [Fact]
    public void Apps_that_take_the_same_clients_are_both_named()
    {
        Assert.Equal(
            [
                "Apps[1].ServerNames[1]: app \"a\" takes \"a.test\" on port 443 already (Apps[0].ServerNames[0])",
                "Apps[2].ServerNames[0]: app \"a\" takes \"a.test\" on port 443 already (Apps[0].ServerNames[0])",
            ],
            Errors(Named("a", "a.test"), Named("b", "b.test", "A.TEST."), Named("c", "a.test")));
        Assert.Equal(["Apps[1].ServerNames[0]: app \"a\" takes \"a.test\" with \"h2\" on port 443 already (Apps[0].ServerNames[0])"],
            Errors(Named("a", "a.test") with { ApplicationProtocols = ["h2", "h3"] }, Named("b", "a.test") with { ApplicationProtocols = ["x", "h2"] }));
        Assert.Equal(["Apps[1].ApplicationProtocols[1]: app \"a\" takes \"h2\" on port 443 already (Apps[0].ApplicationProtocols[0])"],
            Errors(Named("a") with { ApplicationProtocols = ["h2"] }, Named("b") with { ApplicationProtocols = ["x", "h2"] }));
        Assert.Equal(["Apps[1].PlainClients: app \"a\" takes clients without TLS on port 443 already (Apps[0].PlainClients)"],
            Errors(Named("a", "a.test") with { PlainClients = true }, Named("b", "b.test") with { PlainClients = true }));
        Assert.Equal(["Apps[2].Ports[0]: port 443 is already used by Apps[1].Ports[0]"], Errors(Named("a", "a.test"), Named("b"), Named("c")));
    }

    [Fact]
    public void Names_collide_only_on_ports_that_both_apps_have()
    {
        Assert.Empty(Errors(Named("a", "a.test") with { Ports = [new(100, 199)] }, Named("b", "a.test") with { Ports = [new(200, 299)] }));
        Assert.Equal(["Apps[1].ServerNames[0]: app \"a\" takes \"a.test\" on ports 150-199 already (Apps[0].ServerNames[0])"],
            Errors(Named("a", "a.test") with { Ports = [new(100, 199)] }, Named("b", "a.test") with { Ports = [new(150, 299)] }));
        Assert.Equal(["Apps[0].Ports[1]: ports 150-199 are already used by Apps[0].Ports[0]"],
            Errors(Named("a", "a.test") with { Ports = [new(100, 199), new(150, 299)] }));
    }

    [Fact]
    public void Apps_share_a_port_at_the_very_same_addresses()
    {
        var (one, two) = (IPAddress.Parse("10.0.0.1"), IPAddress.Parse("10.0.0.2"));

        Assert.Empty(Errors(Named("a", "a.test") with { Bind = [one] }, Named("b", "b.test") with { Bind = [two, one] }));
        Assert.Empty(Errors(Named("a", "a.test") with { Bind = [IPAddress.IPv6Any] }, Named("b", "b.test")));
        const string Where = "at addresses that include these or are among them; apps share a port at the very same addresses";
        Assert.Equal([$"Apps[1].Ports[0]: port 443 is already used by Apps[0].Ports[0] {Where}"],
            Errors(Named("a", "a.test") with { Bind = [one] }, Named("b", "b.test")));
        Assert.Equal([$"Apps[1].Ports[0]: port 443 is already used by Apps[0].Ports[0] {Where}"],
            Errors(Named("a") with { Bind = [IPAddress.Any] }, Named("b", "b.test") with { Bind = [two] }));
    }

    [Fact]
    public void Apps_that_share_a_port_agree_on_how_TLS_begins()
    {
        var (a, b) = (Named("a", "a.test") with { StartTls = StartTlsProtocol.Postgres }, Named("b", "b.test"));

        Assert.Equal(["Apps[1].StartTls: is another than that of app \"a\" (Apps[0]), with which the app shares port 443"], Errors(a, b));
        Assert.Empty(Errors(a, b with { StartTls = StartTlsProtocol.Postgres }));
        Assert.Empty(Errors(a, b with { Ports = [444] }));
    }

    [Fact]
    public void Clients_without_TLS_are_for_apps_where_none_ends() => Assert.Equal(
        ["Apps[0].PlainClients: clients without TLS would pass by all that Tls asks of them; give them an app without Tls"],
        Errors(Named("a", "a.test") with { PlainClients = true, Tls = new TlsConfig { Certificates = [new() { Certificate = "a.pem" }] } },
            Named("b") with { PlainClients = false }));

    [Fact]
    public void What_an_app_takes_is_said_once() => Assert.Equal(
        [
            "Apps[0].ServerNames[1]: \"A.test.\" is already given by Apps[0].ServerNames[0]",
            "Apps[0].ApplicationProtocols[2]: \"h2\" is already given",
        ],
        Errors(Named("a", "a.test", "A.test.") with { ApplicationProtocols = ["h2", "H2", "h2"] }));

    [Fact]
    public void What_cannot_be_a_server_name_or_a_protocol_is_an_error()
    {
        const string Name = "expected a server name such as \"www.example.com\" or \"*.example.com\", found";
        const string Protocol = "expected a protocol's name such as \"h2\", found";

        Assert.Equal(
            [
                $"Apps[0].ServerNames[0]: {Name} \"10.0.0.1\"", $"Apps[0].ServerNames[1]: {Name} \"*.\"", $"Apps[0].ServerNames[2]: {Name} \"*.*.test\"",
                $"Apps[0].ServerNames[3]: {Name} \"*\"",
                "Apps[0].ServerNames[4]: is missing",
                $"Apps[0].ApplicationProtocols[0]: {Protocol} \"\"", $"Apps[0].ApplicationProtocols[1]: {Protocol} \"h 2\"",
            ],
            Errors(Named("a", "10.0.0.1", "*.", "*.*.test", "*", null!) with { ApplicationProtocols = ["", "h 2"] }));
    }

    [Fact]
    public void More_names_than_can_be_told_apart_are_refused()
    {
        var names = Enumerable.Range(0, 10_000).Select(i => $"n{i}.test").ToArray();

        Assert.Empty(Errors(Named("a", names)));
        Assert.Equal(
            ["Apps[0].ServerNames: 1,010,000 server names (times ApplicationProtocols, Ports and Bind addresses) up to here; expected at most 1,000,000 in all"],
            Errors(Named("a", names) with { Ports = [.. Enumerable.Range(1, 101)] }));
    }

    [Fact(Timeout = 120_000)]
    public async Task Tens_of_thousands_of_apps_that_share_a_port_take_no_time_for_each_pair()
    {
        var apps = Enumerable.Range(0, 60_000).Select(i => Named($"{i}", $"n{i}.test")).ToArray();

        Assert.Empty(await Task.Run(() => Errors(apps), TestContext.Current.CancellationToken));
    }

    private static AppConfig Named(string name, params string[] names) => App(name, [443], "10.0.0.9:80") with { ServerNames = names };

    private static string[] Errors(params AppConfig[] apps) => [.. ConfigValidator.Validate(new ProxyConfig { Apps = apps }).Select(error => error.ToString())];
}
