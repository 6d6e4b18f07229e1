namespace Proxify.SystemTests.Upgrade;

/// <summary>Another process takes the place of a running one, with its listeners and sessions.</summary>
[Collection(nameof(Heavy))]
public sealed class UpgradeTests
{
    [Fact]
    public async Task Sessions_go_on_in_the_new_process_byte_for_byte()
    {
        const int Bulk = 8 << 20;
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var program = new ReplacedProgram(lab);
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port), new() { Binary = program.Path });
        var (idle, idleTarget) = await OpenAsync();
        var (ended, endedTarget) = await OpenAsync();
        ended.Fin();
        await endedTarget.ExpectFinAsync();
        var (answered, answeredTarget) = await OpenAsync();
        answeredTarget.Fin();
        await answered.ExpectFinAsync();
        var (stalled, stalledTarget) = await OpenAsync();
        var sending = Task.WhenAll(stalled.SendAsync(Bulk), stalledTarget.SendAsync(Bulk));

        program.Replace();
        await using var family = new Family(proxy);
        var handedOver = await family.UpgradeAsync();

        Assert.Equal(4, handedOver.Number("taken"));
        await Peer.PingPongAsync(idle, idleTarget);
        await endedTarget.SendAsync(1_000);
        endedTarget.Fin();
        await ended.ExpectFinAsync();
        await answered.SendAsync(1_000);
        answered.Fin();
        await answeredTarget.ExpectFinAsync();
        await Task.WhenAll(stalled.ReceiveAsync(Bulk), stalledTarget.ReceiveAsync(Bulk), sending);
        stalled.Reset();
        await stalledTarget.ExpectResetAsync();
        var (late, lateTarget) = await OpenAsync();
        late.Dispose();
        lateTarget.Dispose();
        idle.Dispose();
        idleTarget.Dispose();
        var records = await proxy.WaitForSessionsAsync(5);
        Assert.Equal(["client_reset", "done", "done", "done", "done"], records.Select(static record => record.Reason).Order());
        var bulk = records.Single(static record => record.Reason == "client_reset");
        Assert.Equal((stalledTarget.Received, stalled.Received), (bulk.Number("from_client"), bulk.Number("from_target")));

        async Task<(Peer Client, Peer Target)> OpenAsync()
        {
            var client = await lab.ConnectAsync(port);
            var target = await targets.AcceptAsync();
            await Peer.PingPongAsync(client, target);
            return (client, target);
        }
    }

    [Fact]
    public async Task New_process_that_cannot_serve_leaves_everything_as_it_was()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);
        proxy.SaveConfig("{");
        await proxy.WaitForEventAsync("ConfigRejected");

        proxy.Signal(Posix.SigUser2);
        await proxy.WaitForEventAsync("UpgradeFailed");

        Assert.NotEmpty(proxy.Problems);
        await Peer.PingPongAsync(client, target);
        using var late = await lab.ConnectAsync(port);
        using var lateTarget = await targets.AcceptAsync();
        await Peer.PingPongAsync(late, lateTarget);
        proxy.SaveConfig(Config.Single(port, targets.Port));
        await proxy.WaitForEventAsync("ConfigReloaded");
        await using var family = new Family(proxy);
        await family.UpgradeAsync();
        await Peer.PingPongAsync(client, target);
    }

    [Fact]
    public async Task Sessions_that_cannot_go_end_where_they_are()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(new { Drain = "60s" }, Config.App("before", port, Config.Local(targets.Port))));
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);
        // To the new process the app is another one.
        File.WriteAllText(proxy.ConfigPath + ".later", Config.Of(Config.App("after", port, Config.Local(targets.Port))));
        var reloads = proxy.LogPosition;
        File.Move(proxy.ConfigPath + ".later", proxy.ConfigPath, overwrite: true);
        await proxy.WaitForEventAsync("ConfigReloaded", reloads);

        await using var family = new Family(proxy);
        await family.HandOverAsync();

        await Peer.PingPongAsync(client, target);
        using var late = await lab.ConnectAsync(port);
        using var lateTarget = await targets.AcceptAsync();
        await Peer.PingPongAsync(late, lateTarget);
        Assert.False(proxy.Process.HasExited);
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
        await Patience.Eventually(() => proxy.Process.HasExited);
    }
}
