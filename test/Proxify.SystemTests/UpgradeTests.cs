namespace Proxify.SystemTests;

/// <summary>Another process takes the place of a running one, with its listeners and sessions.</summary>
[Collection(nameof(Heavy))]
public sealed class UpgradeTests
{
    private static readonly ProxifyOptions Options = new() { Transport = "uring" };

    [Fact]
    public async Task Sessions_go_on_in_the_new_process_byte_for_byte()
    {
        const int Bulk = 8 << 20;
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var program = Path.Combine(lab.Directory, "proxify");
        File.Copy(Repository.Binary, program);
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port), Options with { Binary = program });
        var (idle, idleTarget) = await OpenAsync();
        var (ended, endedTarget) = await OpenAsync();
        ended.Fin();
        await endedTarget.ExpectFinAsync();
        var (answered, answeredTarget) = await OpenAsync();
        answeredTarget.Fin();
        await answered.ExpectFinAsync();
        var (stalled, stalledTarget) = await OpenAsync();
        var sending = Task.WhenAll(stalled.SendAsync(Bulk), stalledTarget.SendAsync(Bulk));

        // As a package does it: the program that runs has no name any more.
        File.Copy(Repository.Binary, program + ".next");
        File.Move(program + ".next", program, overwrite: true);
        await using var heir = await Heir.TakeOverAsync(proxy);

        Assert.Equal(4, heir.Taken);
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
    public async Task Upgrades_in_a_row_under_load_lose_no_connection()
    {
        const int Upgrades = 8;
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, echo[0]), Options);
        using var stop = new CancellationTokenSource();
        var loads = Enumerable.Range(0, 4).Select(_ => LoadAsync()).ToList();

        var heirs = new List<Heir>();
        for (var i = 0; i < Upgrades; i++)
        {
            heirs.Add(i == 0 ? await Heir.TakeOverAsync(proxy) : await heirs[^1].TakeOverAsync());
            await lab.EchoesAsync(port);
        }

        await stop.CancelAsync();
        var opened = (await Task.WhenAll(loads)).Sum();
        Assert.True(opened > Upgrades, $"{opened} connections are no load");
        Assert.Equal(opened + Upgrades, (await proxy.WaitForSessionsAsync(opened + Upgrades)).Count);
        Assert.All(proxy.Sessions, static session => Assert.Equal("done", session.Reason));
        foreach (var heir in heirs)
            await heir.DisposeAsync();

        async Task<int> LoadAsync()
        {
            var count = 0;
            for (; !stop.IsCancellationRequested; count++)
                await lab.EchoesAsync(port);
            return count;
        }
    }

    [Fact]
    public async Task New_process_that_cannot_serve_leaves_everything_as_it_was()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port), Options);
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
        await using var heir = await Heir.TakeOverAsync(proxy);
        await Peer.PingPongAsync(client, target);
    }

    [Fact]
    public async Task Sessions_that_cannot_go_end_where_they_are()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(new { Drain = "60s" }, Config.App("before", port, Config.Local(targets.Port))), Options);
        using var client = await lab.ConnectAsync(port);
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);
        // To the new process the app is another one.
        File.WriteAllText(proxy.ConfigPath + ".later", Config.Of(Config.App("after", port, Config.Local(targets.Port))));
        var reloads = proxy.LogPosition;
        File.Move(proxy.ConfigPath + ".later", proxy.ConfigPath, overwrite: true);
        await proxy.WaitForEventAsync("ConfigReloaded", reloads);

        proxy.Signal(Posix.SigUser2);
        await using var heir = await Heir.MeetAsync(proxy);

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

    /// <summary>A process that has taken another one's place, and writes its log where that one did. Ended with the test.</summary>
    private sealed class Heir : IAsyncDisposable
    {
        private readonly ProxifyProcess _first;
        private readonly LogEvent _handedOver;
        private readonly int _pid;

        private Heir(ProxifyProcess first, LogEvent handedOver) =>
            (_first, _handedOver, _pid) = (first, handedOver, (int)handedOver.Number("successor"));

        /// <summary>Asks a process to be followed, and waits for its end.</summary>
        public static async Task<Heir> TakeOverAsync(ProxifyProcess proxy)
        {
            proxy.Signal(Posix.SigUser2);
            var heir = await MeetAsync(proxy);
            await proxy.WaitForEventAsync("Stopped");
            await Patience.Eventually(() => proxy.Process.HasExited);
            return heir;
        }

        /// <summary>Waits for the process that follows.</summary>
        public static async Task<Heir> MeetAsync(ProxifyProcess first, int start = 0) => new(first, await first.WaitForEventAsync("HandedOver", start));

        /// <inheritdoc cref="TakeOverAsync(ProxifyProcess)"/>
        public async Task<Heir> TakeOverAsync()
        {
            var start = _first.LogPosition;
            Assert.Equal(0, Posix.Kill(_pid, Posix.SigUser2));
            var heir = await MeetAsync(_first, start);
            await Patience.Eventually(() => !Directory.Exists($"/proc/{_pid}") || IsZombie());
            return heir;
        }

        /// <summary>Sessions.</summary>
        public int Taken => int.Parse(_handedOver.Text("taken")!.Split(' ')[0]);

        public async ValueTask DisposeAsync()
        {
            _ = Posix.Kill(_pid, Posix.SigKill);
            await Patience.Eventually(() => !Directory.Exists($"/proc/{_pid}") || IsZombie());
        }

        private bool IsZombie()
        {
            try
            {
                return File.ReadAllText($"/proc/{_pid}/stat").Contains(") Z ");
            }
            catch (IOException)
            {
                return true;
            }
        }
    }
}
