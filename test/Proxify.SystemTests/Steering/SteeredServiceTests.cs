using System.Net;
using System.Net.Sockets;

namespace Proxify.SystemTests.Steering;

/// <summary>The whole proxy on one steered listener.</summary>
public sealed class SteeredServiceTests
{
    [Theory]
    [InlineData("127.0.0.1", 5001, "five", "127.0.0.1:5001")]
    [InlineData("127.0.0.9", 5299, "five", "127.0.0.9:5299")]
    [InlineData("127.0.0.1", 443, "six", "127.0.0.1:443")]
    [InlineData("::1", 5001, "five", "[::1]:5001")]
    [InlineData("::1", 65535, "six", "[::1]:65535")]
    public async Task Client_of_a_steered_port_reaches_its_app_and_the_record_says_what_it_dialled(string address, int port, string app, string listen)
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Of(
            Config.App("five", 0, Config.Local(echo[0])).With("Ports", new object[] { 5001, "5200-5299" }),
            Config.App("six", 0, Config.Local(echo[0])).With("Ports", new object[] { 443, "6000-7000", 65535 })));

        Assert.Equal(Reception.Served, await lab.KnockAsync(port, to: address));

        var session = await proxy.WaitForEventAsync("Session");
        Assert.Equal((app, listen, "done"), (session.App, session.Text("listen"), session.Reason));
    }

    [Theory]
    [InlineData]
    [InlineData("-p", "7070")]
    public async Task Ss_shows_one_listener_for_all_ports(params string[] arguments)
    {
        var ss = Tool.Require("ss", "iproute2");
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(
            Config.Of(Config.App("app", 0, Config.Local(echo[0])).With("Ports", new[] { "10000-19999" })), new() { Arguments = arguments });

        Assert.Equal(Reception.Served, await lab.KnockAsync(10_000));
        Assert.Equal(Reception.Served, await lab.KnockAsync(19_999));

        var listeners = (await lab.Lab.RunAsync([ss, "-Hltnp"])).Succeeded().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var own = Assert.Single(listeners, line => line.Contains($"pid={proxy.Process.Pid},", StringComparison.Ordinal));
        Assert.Contains($"*:{(arguments is [_, var port] ? port : "8080")} ", own);
        Assert.Contains("(\"proxify\",", own);
    }

    [Fact]
    public async Task Udp_service_on_a_steered_port_still_answers()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        await lab.StartAsync(Config.Single(53, echo[0]));
        using var server = Bound(53);
        using var client = Bound(0);

        await client.SendToAsync(new byte[] { 1, 2, 3 }, server.LocalEndPoint!);

        var buffer = new byte[10];
        var received = await server.ReceiveAsync(buffer).Within();
        Assert.Equal([1, 2, 3], buffer[..received]);
        Assert.Equal(Reception.Served, await lab.KnockAsync(53));

        Socket Bound(int port) => lab.Lab.Make(() =>
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return socket;
        });
    }

    [Fact]
    public async Task Port_that_is_not_configured_is_refused_as_without_proxify()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        await lab.StartAsync(Config.Single(5001, echo[0]));

        Assert.Equal(Reception.Refused, await lab.KnockAsync(5002));
        Assert.Equal(Reception.Refused, await lab.KnockAsync(5002, to: "::1"));
        Assert.Equal(Reception.Served, await lab.KnockAsync(echo[0]));
    }

    [Fact]
    public async Task Reload_opens_and_closes_ports_and_moves_them_between_apps()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Of(Config.App("a", 5001, Config.Local(echo[0])), Config.App("b", 5002, Config.Local(echo[0]))));

        await proxy.ReloadAsync(Config.Of(Config.App("a", 5002, Config.Local(echo[0])), Config.App("b", 5003, Config.Local(echo[0]))));

        Assert.Equal(Reception.Refused, await lab.KnockAsync(5001));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5002));
        Assert.Equal(Reception.Served, await lab.KnockAsync(5003));
        Assert.Equal(new() { [5002] = 1, [5003] = 1 }, await lab.Bpftool.DumpPortsAsync());
        await proxy.WaitForSessionAsync(static session => session is { App: "a" } && session.Text("listen") == "127.0.0.1:5002");
        await proxy.WaitForSessionAsync(static session => session is { App: "b" } && session.Text("listen") == "127.0.0.1:5003");
    }

    [Fact]
    public async Task Rejected_reload_leaves_ports_as_they_are()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var proxy = await lab.StartAsync(Config.Single(5001, echo[0]));

        proxy.ReplaceConfig("""
            {"Apps":[
              {"Name":"a","Ports":[5002],"Targets":["127.0.0.1:1"],
               "Bind":["127.0.0.1"]}]}
            """);
        var rejected = await proxy.WaitForEventAsync("ConfigRejected");

        Assert.Contains("config.json:3:", rejected.Message);
        Assert.Contains("Apps[0].Bind", rejected.Message);
        Assert.Equal(new() { [5001] = 1 }, await lab.Bpftool.DumpPortsAsync());
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
    }
}
