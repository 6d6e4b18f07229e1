using System.Net;

namespace Proxify.SystemTests.Steering;

/// <summary>However the proxy ends, every port is what it was before.</summary>
public sealed class SteeredEndTests
{
    [Fact]
    public async Task Kill_9_gives_every_port_back_at_once()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        // Owners of two of the ports. That they get their clients again tells a detached program from a dead listener, which would refuse.
        using var owner = lab.Lab.Listen(IPAddress.Any, 5001);
        using var ownerByHand = lab.Lab.Listen(IPAddress.Any, 7);
        var proxy = await lab.StartAsync(Config.Of(Config.App("app", 0, Config.Local(echo[0])).With("Ports", new[] { "5000-5999" })));
        await lab.Bpftool.OpenAsync(7);
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
        Assert.Equal(Reception.Served, await lab.KnockAsync(7));
        Assert.False(owner.HasPending);
        Assert.False(ownerByHand.HasPending);

        proxy.Signal(Posix.SigKill);
        await proxy.ExitAsync();

        foreach (var listener in new[] { owner, ownerByHand })
        {
            using var client = await lab.Lab.ConnectAsync(listener.Port);
            using var target = await listener.AcceptAsync();
            await Peer.PingPongAsync(client, target);
        }

        Assert.Equal(Reception.Refused, await lab.KnockAsync(5999));
        Assert.False(await lab.Bpftool.ShowsLinkAsync());
    }

    [Fact]
    public async Task Start_after_kill_9_steers_again()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        var config = Config.Single(5001, echo[0]);
        var proxy = await lab.StartAsync(config);
        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
        proxy.Signal(Posix.SigKill);
        await proxy.ExitAsync();

        await lab.StartAsync(config);

        Assert.Equal(Reception.Served, await lab.KnockAsync(5001));
    }

    [Fact]
    public async Task Signal_gives_ports_back_at_once_and_lets_live_sessions_finish()
    {
        await using var lab = await SteeringLab.CreateAsync();
        using var targets = lab.Lab.Listen();
        using var owner = lab.Lab.Listen(IPAddress.Any, 5001);
        var proxy = await lab.StartAsync(Config.Single(5001, targets.Port, new { Drain = "60s" }));
        using var client = await lab.Lab.ConnectAsync(5001);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);

        proxy.Signal(Posix.SigTerm);
        await proxy.WaitForEventAsync("Stopping");

        // The kernel takes a link away a moment after its last descriptor is closed; from then on the owner has the port.
        await Patience.Eventually(() => Connects(lab, 5001) && owner.HasPending);
        await Patience.Eventually(async () => await lab.KnockAsync(SteeringLab.ListenerPort) == Reception.Refused);
        await Peer.PingPongAsync(client, target);
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal("done", (await proxy.WaitForSessionAsync(client)).Reason);
        Assert.Equal("Stopped", proxy.Events.Last().Event);
    }

    [Fact]
    public async Task Sessions_left_after_Drain_are_reset()
    {
        await using var lab = await SteeringLab.CreateAsync();
        using var targets = lab.Lab.Listen();
        var proxy = await lab.StartAsync(Config.Single(5001, targets.Port, new { Drain = "300ms" }));
        using var client = await lab.Lab.ConnectAsync(5001);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);

        proxy.Signal(Posix.SigTerm);

        await client.ExpectResetAsync();
        await target.ExpectResetAsync();
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal("drained", Assert.Single(proxy.Sessions).Reason);
    }

    private static bool Connects(SteeringLab lab, int port)
    {
        using var socket = lab.Lab.Make(static () => new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.InterNetwork,
            System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp));
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }
}
