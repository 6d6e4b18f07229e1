namespace Proxify.SystemTests;

public sealed class ShutdownTests
{
    [Theory]
    [InlineData(Posix.SigTerm)]
    [InlineData(Posix.SigInt)]
    public async Task Signal_lets_live_sessions_finish_and_takes_no_new_ones(int signal)
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, port, client, target) = await OpenAsync(lab, new { Drain = "60s" });

        proxy.Signal(signal);
        await proxy.WaitForEventAsync("Stopping");

        await Patience.Eventually(() => IsRefused(lab, port));
        await Peer.PingPongAsync(client, target);
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
        Assert.Equal(0, await proxy.ExitAsync());
        Assert.Equal("done", Assert.Single(proxy.Sessions).Reason);
        Assert.Equal("Stopped", proxy.Events.Last().Event);
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
    public async Task Second_signal_ends_at_once()
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, _, client, _) = await OpenAsync(lab, new { Drain = "1h" });

        proxy.Signal(Posix.SigTerm);
        await proxy.WaitForEventAsync("Stopping");
        proxy.Signal(Posix.SigTerm);

        Assert.Equal(0, await proxy.ExitAsync(TimeSpan.FromSeconds(5)));
        await client.ReceiveToEndAsync();
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

    private static bool IsRefused(Lab lab, int port)
    {
        using var socket = lab.Make(static () => new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp));
        try
        {
            socket.Connect(System.Net.IPAddress.Loopback, port);
            return false;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return true;
        }
    }
}
