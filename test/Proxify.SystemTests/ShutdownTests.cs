namespace Proxify.SystemTests;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData(Posix.SigTerm)]
    [InlineData(Posix.SigInt)]
    [InlineData(Posix.SigQuit)]
    public async Task Signal_lets_live_sessions_finish_and_takes_no_new_ones(int signal)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port, client, target) = await OpenAsync(lab, new { Drain = "60s" });

        proxy.Signal(signal);
        await proxy.WaitForEventAsync("Stopping");

        await Patience.Eventually(() => lab.IsRefused(port));
        await Peer.PingPongAsync(client, target);
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
        Assert.Equal(0, await proxy.ExitAsync());
        // The first looks for whether the port refuses may have been sessions themselves: it refuses only after "Stopping".
        Assert.Equal("done", Assert.Single(proxy.Sessions, session => session.Text("client") == client.Local.ToString()).Reason);
        Assert.Equal("Stopped", proxy.Events.Last().Event);
    }

    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task Stop_needs_no_network(string transport)
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var owned = lab;
        // A namespace whose loopback interface has never been up.
        var proxy = await lab.StartProxifyAsync(
            Config.Single(lab.Port(), lab.Port()), new() { Transport = transport, Prefix = [Tool.Require("unshare", "util-linux"), "--net"] });

        proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Empty(proxy.Process.Errors.Lines);
    }

    [Fact]
    public async Task Sessions_left_after_Drain_are_reset()
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, _, client, target) = await OpenAsync(lab, new { Drain = "300ms" });

        proxy.Signal(Posix.SigTerm);

        await client.ExpectResetAsync();
        await target.ExpectResetAsync();
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal("drained", Assert.Single(proxy.Sessions).Reason);
    }

    [Fact]
    public async Task Second_signal_ends_sessions_at_once_each_with_its_record()
    {
        const int Sessions = 50;
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port, new { Drain = "1h" }));
        // Targets are held, too: one that nobody refers to is closed by the garbage collector, and then its client sees FIN first.
        var sessions = new List<(Peer Client, Peer Target)>();
        for (var i = 0; i < Sessions; i++)
        {
            sessions.Add((await lab.ConnectAsync(port), await targets.AcceptAsync()));
            await Peer.PingPongAsync(sessions[i].Client, sessions[i].Target);
        }

        proxy.Signal(Posix.SigTerm);
        await proxy.WaitForEventAsync("Stopping");
        proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal(Enumerable.Repeat("drained", Sessions), proxy.Sessions.Select(static session => session.Reason));
        Assert.Equal("Stopped", proxy.Events.Last().Event);
        foreach (var (client, target) in sessions)
        {
            await client.ExpectResetAsync();
            await target.ExpectResetAsync();
        }
    }

    [Theory]
    [InlineData(Posix.SigUser1)]
    public async Task Signal_that_means_something_to_other_servers_does_nothing(int signal)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, _, client, target) = await OpenAsync(lab, new { });

        proxy.Signal(signal);
        proxy.Signal(Posix.SigHup);
        await proxy.WaitForEventAsync("ConfigReloaded");

        await Peer.PingPongAsync(client, target);
        Assert.DoesNotContain(proxy.Events, static e => e.Event == "Stopping");
    }

    [Fact]
    public async Task Signal_without_sessions_ends_at_once()
    {
        await using var lab = await Lab.CreateAsync();
        var proxy = await lab.StartProxifyAsync(Config.Single(lab.Port(), lab.Port(), new { Drain = "1h" }));

        proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await proxy.ExitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal("Stopped", proxy.Events.Last().Event);
    }

    private static async Task<(ProxifyProcess Proxy, int Port, Peer Client, Peer Target)> OpenAsync(Lab lab, object timeouts)
    {
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port, timeouts));
        var client = await lab.ConnectAsync(port);
        var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);
        return (proxy, port, client, target);
    }
}
