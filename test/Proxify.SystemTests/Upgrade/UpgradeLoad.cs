using System.Collections.Concurrent;

namespace Proxify.SystemTests.Upgrade;

/// <summary>
/// Sessions of every kind through one proxy, each compared byte by byte and told to its proper end: short ones and bulk without pause, and some that wait for
/// an upgrade in the middle: idle, half-closed, with a slow reader. The first that fails fails the test.
/// </summary>
internal sealed class UpgradeLoad : IDisposable
{
    private const int Bulk = 4 << 20;

    private readonly Lab _lab;
    private readonly Dictionary<string, (int Port, PeerListener Targets)> _apps = [];
    private readonly ConcurrentBag<(string Client, string App, long FromClient, long FromTarget)> _ended = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _loads = [];
    private TaskCompletionSource _upgrade = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="lab">Where.</param>
    public UpgradeLoad(Lab lab)
    {
        _lab = lab;
        foreach (var name in (string[])["short", "bulk", "idle", "half-closed", "answered", "slow"])
            _apps.Add(name, (lab.Port(), lab.Listen()));
    }

    /// <summary>For the proxy's config.</summary>
    public Config.AppText[] Apps => [.. _apps.Select(static app => Config.App(app.Key, app.Value.Port, Config.Local(app.Value.Targets.Port)))];

    public void Start()
    {
        Run("short", 2, static (client, target) => Peer.PingPongAsync(client, target));
        Run("bulk", 2, static (client, target) =>
            Task.WhenAll(client.SendAsync(Bulk), target.SendAsync(Bulk), client.ReceiveAsync(Bulk), target.ReceiveAsync(Bulk)));
        Run("idle", 1, async (client, target) =>
        {
            await Peer.PingPongAsync(client, target);
            await UpgradeAsync();
            await UpgradeAsync();
        });
        Run("half-closed", 1, async (client, target) =>
        {
            await client.SendAsync(1_000);
            client.Fin();
            await target.ExpectFinAsync();
            await UpgradeAsync();
            await target.SendAsync(1_000);
        });
        Run("answered", 1, async (client, target) =>
        {
            await target.SendAsync(1_000);
            target.Fin();
            await client.ExpectFinAsync();
            await UpgradeAsync();
            await client.SendAsync(1_000);
        });
        Run("slow", 1, async (client, target) =>
        {
            var sending = target.SendAsync(Bulk);
            await client.ReceiveAsync(Bulk / 2);
            await UpgradeAsync();
            await client.ReceiveAsync(Bulk / 2);
            await sending;
        });
    }

    /// <summary>One has come.</summary>
    public void OnUpgrade() => Interlocked.Exchange(ref _upgrade, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();

    /// <summary>Lets every session end, and compares them with the proxy's records.</summary>
    /// <returns>How many there were.</returns>
    public async Task<int> EndAsync(ProxifyProcess proxy)
    {
        await _stop.CancelAsync();
        OnUpgrade();
        await Task.WhenAll(_loads);
        var records = await proxy.WaitForSessionsAsync(_ended.Count);
        Assert.All(records, static record => Assert.Equal("done", record.Reason));
        Assert.Equal(
            _ended.Order(),
            records.Select(static r => (r.Text("client")!, r.Text("app")!, (long)r.Number("from_client"), (long)r.Number("from_target"))).Order());
        return records.Count;
    }

    public void Dispose()
    {
        _stop.Dispose();
        foreach (var (_, targets) in _apps.Values)
            targets.Dispose();
    }

    private Task UpgradeAsync() => _stop.IsCancellationRequested ? Task.CompletedTask : Volatile.Read(ref _upgrade).Task.Within();

    private void Run(string app, int count, Func<Peer, Peer, Task> session)
    {
        var (port, targets) = _apps[app];
        var gate = new SemaphoreSlim(1);
        for (var i = 0; i < count; i++)
            _loads.Add(RunAsync());

        async Task RunAsync()
        {
            while (!_stop.IsCancellationRequested)
            {
                // One at a time, so that the two ends belong together.
                await gate.WaitAsync();
                var opening = OpenAsync();
                await Task.WhenAny(opening);
                gate.Release();
                var (client, target) = await opening;
                using (client)
                using (target)
                {
                    await session(client, target);
                    client.Fin();
                    target.Fin();
                    await target.ExpectFinAsync();
                    await client.ExpectFinAsync();
                    _ended.Add(($"{client.Local}", app, client.Sent, target.Sent));
                }
            }
        }

        async Task<(Peer Client, Peer Target)> OpenAsync()
        {
            var client = await _lab.ConnectAsync(port);
            return (client, await targets.AcceptAsync());
        }
    }
}
