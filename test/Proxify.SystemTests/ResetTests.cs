namespace Proxify.SystemTests;

public sealed class ResetTests
{
    [Fact]
    public async Task Target_killed_in_mid_transfer_resets_the_client()
    {
        await using var lab = await Lab.CreateAsync();
        var target = lab.Port();
        var port = lab.Port();
        var echo = await lab.StartEchoAsync([target]);
        var proxy = await lab.StartProxifyAsync(Config.Single(port, target));
        using var client = await lab.ConnectAsync(port, incoming: Payload.FromClient);
        // The client takes nothing back, so the target has bytes that it has not read: its kernel answers the kill with RST.
        await client.SendUntilBlockedAsync();

        echo.Signal(Posix.SigKill);

        await client.ExpectResetAsync();
        Assert.True(client.Received > 0);
        Assert.Equal("target_reset", (await proxy.WaitForSessionAsync(client)).Reason);
    }

    [Fact]
    public async Task Target_reset_when_idle_resets_the_client()
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, client, target) = await OpenAsync(lab);

        target.Reset();

        await client.ExpectResetAsync();
        Assert.Equal("target_reset", (await proxy.WaitForSessionAsync(client)).Reason);
        client.Dispose();
    }

    [Fact]
    public async Task Client_reset_resets_the_target()
    {
        await using var lab = await Lab.CreateAsync();
        var (proxy, client, target) = await OpenAsync(lab);

        client.Reset();

        await target.ExpectResetAsync();
        var session = await proxy.WaitForSessionAsync(client);
        Assert.Equal("client_reset", session.Reason);
        Assert.Equal(1, session.Number("from_client"));
        target.Dispose();
    }

    private static async Task<(ProxifyProcess Proxy, Peer Client, Peer Target)> OpenAsync(Lab lab)
    {
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));
        var client = await lab.ConnectAsync(port);
        var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);
        return (proxy, client, target);
    }
}
