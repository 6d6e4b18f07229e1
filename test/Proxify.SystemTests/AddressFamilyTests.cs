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

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task One_link_local_address_on_two_interfaces_serves_two_apps(string transport)
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var cleanup = lab;
        string[][] commands = [["link", "add", "va", "type", "veth", "peer", "name", "vb"], ["link", "add", "vc", "type", "veth", "peer", "name", "vd"],
            ["link", "set", "va", "up"], ["link", "set", "vb", "up"], ["link", "set", "vc", "up"], ["link", "set", "vd", "up"],
            ["address", "add", "fe80::1/64", "dev", "va", "nodad"], ["address", "add", "fe80::1/64", "dev", "vc", "nodad"]];
        foreach (var command in commands)
            (await lab.RunAsync([Tool.Require("ip", "iproute2"), .. command])).Succeeded();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Of(
                Config.App("a", port, Config.Local(echo[0])).With("Bind", new[] { "fe80::1%va" }),
                Config.App("c", port, Config.Local(echo[0])).With("Bind", new[] { "fe80::1%vc" })),
            new() { Transport = transport });

        foreach (var name in new[] { "c", "a", "c" })
        {
            var from = proxy.LogPosition;
            await lab.EchoesAsync(port, new IPAddress(IPAddress.Parse("fe80::1").GetAddressBytes(), await IndexAsync(lab, $"v{name}")));
            Assert.Equal(name, (await proxy.WaitForEventAsync("Session", from)).App);
        }
    }

    private static async Task<int> IndexAsync(Lab lab, string link) =>
        int.Parse((await lab.RunAsync([Tool.Require("ip", "iproute2"), "-o", "link", "show", link])).Succeeded().Output.Split(':')[0]);

    private static async Task<LogEvent> EchoesAsync(Lab lab, IPAddress client, string target)
    {
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"{target}:{echo[0]}")));
        await lab.EchoesAsync(port, client);
        return await proxy.WaitForEventAsync("Session");
    }
}
