using System.Net;

namespace Proxify.SystemTests;

public sealed class AddressFamilyTests
{
    [Fact]
    public async Task IPv6_client_reaches_an_IPv4_target()
    {
        await using var lab = await Lab.CreateAsync();
        var session = await EchoesAsync(lab, IPAddress.IPv6Loopback, "127.0.0.1");

        Assert.StartsWith("[::1]:", session.Text("client"));
        Assert.StartsWith("127.0.0.1:", session.Text("target"));
    }

    [Fact]
    public async Task IPv4_client_reaches_an_IPv6_target()
    {
        await using var lab = await Lab.CreateAsync();
        var session = await EchoesAsync(lab, IPAddress.Loopback, "[::1]");

        Assert.StartsWith("127.0.0.1:", session.Text("client"));
        Assert.StartsWith("[::1]:", session.Text("target"));
    }

    [Fact]
    public async Task Bind_listens_on_the_given_addresses_only()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(echo[0])).With("Bind", new[] { "127.0.0.2", "::1" })));

        await lab.EchoesAsync(port, IPAddress.Parse("127.0.0.2"));
        await lab.EchoesAsync(port, IPAddress.IPv6Loopback);

        await lab.ExpectRefusedAsync(port, IPAddress.Loopback);
    }

    [Fact]
    public async Task Bind_lets_two_apps_share_a_port_on_different_addresses()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(
            Config.App("two", port, Config.Local(echo[0])).With("Bind", new[] { "127.0.0.2" }),
            Config.App("three", port, Config.Local(echo[0])).With("Bind", new[] { "127.0.0.3" })));

        await lab.EchoesAsync(port, IPAddress.Parse("127.0.0.2"));
        await lab.EchoesAsync(port, IPAddress.Parse("127.0.0.3"));

        await proxy.WaitForSessionAsync(static session => session.App == "two");
        await proxy.WaitForSessionAsync(static session => session.App == "three");
    }

    private static async Task<LogEvent> EchoesAsync(Lab lab, IPAddress client, string target)
    {
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"{target}:{echo[0]}")));
        await lab.EchoesAsync(port, client);
        return await proxy.WaitForEventAsync("Session");
    }
}
