namespace Proxify.SystemTests;

[Collection(nameof(Heavy))]
public sealed class ReloadUnderLoadTests
{
    private const int Reloads = 100;
    private static readonly TimeSpan BetweenConnections = TimeSpan.FromMilliseconds(10);

    [Fact]
    public async Task Hundred_reloads_under_load_lose_no_connection()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync(2);
        var (steady, moving, passing) = (lab.Port(), lab.Port(), lab.Port());
        var steadyApp = Config.App("steady", steady, Config.Local(echo[0]));
        // "moving" changes its app and its target with every reload, "passing" comes and goes.
        var even = Config.Of(steadyApp, Config.App("even", moving, Config.Local(echo[0])));
        var odd = Config.Of(steadyApp, Config.App("odd", moving, Config.Local(echo[1])), Config.App("passing", passing, Config.Local(echo[1])));
        var proxy = await lab.StartProxifyAsync(even);
        using var stop = new CancellationTokenSource();

        // 100 connections a second each.
        var loads = new[] { LoadAsync(lab, steady, stop.Token), LoadAsync(lab, moving, stop.Token) };
        for (var i = 1; i <= Reloads; i++)
            await proxy.ReloadAsync(i % 2 == 0 ? even : odd);
        await stop.CancelAsync();
        var opened = (await Task.WhenAll(loads)).Sum();

        Assert.True(opened > Reloads, $"{opened} connections are no load");
        var sessions = await proxy.WaitForSessionsAsync(opened);
        Assert.All(sessions, static session => Assert.Equal("done", session.Reason));
        Assert.DoesNotContain(proxy.Events, static e => e.Event == "ConfigRejected");
        Assert.Equal(["even", "odd", "steady"], sessions.Select(static session => session.App).Distinct().Order());
    }

    [Fact]
    public async Task Reloads_that_change_Bind_lose_no_connection_to_an_address_of_both()
    {
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var app = Config.App("app", port, Config.Local(echo[0]));
        var everywhere = Config.Of(app);
        var loopback = Config.Of(app.With("Bind", new[] { "127.0.0.1" }));
        var proxy = await lab.StartProxifyAsync(everywhere);
        using var stop = new CancellationTokenSource();

        var load = LoadAsync(lab, port, stop.Token);
        for (var i = 1; i <= 20; i++)
            await proxy.ReloadAsync(i % 2 == 0 ? everywhere : loopback);
        await stop.CancelAsync();

        await load;
    }

    /// <summary>Opens sessions at a steady rate, each to its proper end. The first that fails fails the test.</summary>
    private static async Task<int> LoadAsync(Lab lab, int port, CancellationToken stop)
    {
        var sessions = new List<Task>();
        using var tick = new PeriodicTimer(BetweenConnections);
        while (!stop.IsCancellationRequested)
        {
            sessions.Add(lab.EchoesAsync(port));
            await tick.WaitForNextTickAsync(CancellationToken.None);
        }

        await Task.WhenAll(sessions);
        return sessions.Count;
    }
}
