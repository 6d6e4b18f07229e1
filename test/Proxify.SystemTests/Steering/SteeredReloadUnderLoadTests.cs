namespace Proxify.SystemTests.Steering;

[Collection(nameof(Heavy))]
public sealed class SteeredReloadUnderLoadTests
{
    private const int Reloads = 20;
    private static readonly TimeSpan BetweenConnections = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task Changing_10000_ports_by_reload_loses_no_connection_on_unchanged_ones()
    {
        await using var lab = await SteeringLab.CreateAsync();
        var echo = await lab.Lab.StartEchoAsync();
        using var targets = lab.Lab.Listen(port: lab.Lab.Port()); // not one of the kernel's choice, which might be among those that change
        var even = Of("10000-19999");
        var odd = Of("40000-49999");
        var proxy = await lab.StartAsync(even);
        using var live = await lab.Lab.ConnectAsync(5003);
        using var liveTarget = await targets.AcceptAsync();
        await Peer.PingPongAsync(live, liveTarget);
        using var stop = new CancellationTokenSource();

        // An app that stays as it is, and an unchanged port of the app that loses and gains 10,000 others with every reload: 100 connections a second each.
        var loads = new[] { LoadAsync(lab, 5001, stop.Token), LoadAsync(lab, 5002, stop.Token) };
        for (var i = 1; i <= Reloads; i++)
        {
            await proxy.ReloadAsync(i % 2 == 0 ? even : odd);
            var (open, closed) = i % 2 == 0 ? (19_999, 40_000) : (40_000, 19_999);
            Assert.Equal(Reception.Served, await lab.KnockAsync(open));
            Assert.Equal(Reception.Refused, await lab.KnockAsync(closed));
        }

        await stop.CancelAsync();
        var opened = (await Task.WhenAll(loads)).Sum();
        await Peer.PingPongAsync(live, liveTarget);

        Assert.Equal(opened + Reloads, (await proxy.WaitForSessionsAsync(opened + Reloads)).Count);
        Assert.True(opened > 2 * Reloads, $"{opened} connections are no load");
        Assert.All(proxy.Sessions, static session => Assert.Equal("done", session.Reason));
        Assert.DoesNotContain(proxy.Events, static e => e.Level != "info");
        Assert.Equal(0, await lab.CounterAsync("without socket"));

        string Of(string changing) => Config.Of(
            Config.App("steady", 5001, Config.Local(echo[0])),
            Config.App("changing", 0, Config.Local(echo[0])).With("Ports", new object[] { 5002, changing }),
            Config.App("live", 5003, Config.Local(targets.Port)));
    }

    /// <summary>Opens sessions at a steady rate, each to its proper end. The first that fails fails the test.</summary>
    private static async Task<int> LoadAsync(SteeringLab lab, int port, CancellationToken stop)
    {
        var sessions = new List<Task>();
        using var tick = new PeriodicTimer(BetweenConnections);
        while (!stop.IsCancellationRequested)
        {
            sessions.Add(lab.Lab.EchoesAsync(port));
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(sessions);
        return sessions.Count;
    }
}
