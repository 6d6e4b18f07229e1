namespace Proxify.SystemTests;

public sealed class DeniedSourceTests
{
    [Theory]
    [InlineData("sockets")]
    [InlineData("uring")]
    public async Task A_denied_client_that_sends_and_resets_at_once_reaches_no_target(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var (port, allowed) = (lab.Port(), lab.Port());
        var denying = Config.App("denying", port, Config.Local(targets.Port)).With("Sources", new { Deny = new[] { "127.0.0.0/8" } });
        var proxy = await lab.StartProxifyAsync(Config.Of(denying, Config.App("allowing", allowed, Config.Local(targets.Port))),
            new() { Transport = transport });

        // While the proxy is stopped all of them come and go: when it looks at them, there is nobody left.
        await proxy.PauseAsync();
        for (var i = 0; i < 200; i++)
        {
            using var client = await lab.ConnectAsync(port);
            await client.SendAsync(7);
            client.Reset();
        }

        proxy.Signal(Posix.SigCont);

        // The listening queue is served in its order: when the last is denied, so are all.
        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));
        using var served = await lab.ConnectAsync(allowed);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(served, target);
        Assert.False(targets.HasPending);
        served.Reset();
        Assert.Equal("allowing", (await proxy.WaitForSessionsAsync(1)).Single().App);
    }
}
