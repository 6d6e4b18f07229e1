namespace Proxify.SystemTests;

public sealed class FailoverTests
{
    private static readonly object ShortConnect = new { Connect = "300ms" };

    [Fact]
    public async Task One_bad_target_of_three_fails_none_of_a_thousand_connections()
    {
        const int Connections = 1_000;
        await using var lab = await Lab.CreateAsync();
        var good = await lab.StartEchoAsync(2);
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Of(Config.App("app", port, Config.Local(good[0]), Config.Local(lab.Port()), Config.Local(good[1]))));

        await Parallel.ForAsync(0, Connections, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await lab.EchoesAsync(port));

        var sessions = await proxy.WaitForSessionsAsync(Connections);
        Assert.All(sessions, static session => Assert.Equal("done", session.Reason));
        Assert.All(sessions, static session => Assert.InRange(session.Number("tries"), 1, 2));
        Assert.Contains(sessions, static session => session.Number("tries") == 2);
        foreach (var target in good)
            Assert.InRange(sessions.Count(session => session.Text("target") == Config.Local(target)), Connections / 4, Connections * 3 / 4);
    }

    [Fact]
    public async Task Black_hole_is_left_after_Connect_for_the_next_target()
    {
        await using var lab = await Lab.CreateAsync();
        using var blackHole = await lab.ListenBlackHoleAsync();
        var good = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(ShortConnect, Config.App("app", port, Config.Local(blackHole.Port), Config.Local(good[0]))));

        for (var i = 0; i < 4; i++)
            await lab.EchoesAsync(port);

        var sessions = await proxy.WaitForSessionsAsync(4);
        Assert.All(sessions, session => Assert.Equal((Config.Local(good[0]), "done"), (session.Text("target"), session.Reason)));
        Assert.All(sessions.Where(static session => session.Number("tries") == 2), static session => Assert.InRange(session.Number("connect_ms"), 290, 5_000));
        Assert.Contains(sessions, static session => session.Number("tries") == 2);
    }

    [Fact]
    public async Task Target_whose_packets_are_dropped_ends_connect_failed_after_Connect()
    {
        var nft = Tool.Require("nft", "nftables");
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        using var targets = lab.Listen();
        (await lab.RunAsync([nft,
            $"add table inet t; add chain inet t in {{ type filter hook input priority 0; }}; add rule inet t in tcp dport {targets.Port} drop"]))
            .Succeeded();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port, ShortConnect));

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        var session = await proxy.WaitForEventAsync("Session");
        Assert.Equal("connect_failed", session.Reason);
        Assert.True(session.IsNull("target"));
        Assert.InRange(session.Number("duration_ms"), 290, 5_000);
    }

    [Fact]
    public async Task Unreachable_target_is_left_at_once_for_the_next()
    {
        var (lab, _) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        (await lab.RunAsync([Tool.Require("ip", "iproute2"), "route", "add", "unreachable", "192.0.2.0/24"])).Succeeded();
        var good = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, "192.0.2.1:80", Config.Local(good[0]))));

        await lab.EchoesAsync(port);
        await lab.EchoesAsync(port);

        Assert.All(await proxy.WaitForSessionsAsync(2), static session => Assert.InRange(session.Number("connect_ms"), 0, 1_000));
    }

    [Fact]
    public async Task No_target_at_all_resets_the_client_and_says_so_once()
    {
        const int Connections = 100;
        await using var lab = await Lab.CreateAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(lab.Port()), Config.Local(lab.Port()))));

        for (var i = 0; i < Connections; i++)
            Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        Assert.All(await proxy.WaitForSessionsAsync(Connections), static session =>
        {
            Assert.Equal("connect_failed", session.Reason);
            Assert.Equal(2, session.Number("tries"));
            Assert.True(session.IsNull("target"));
        });
        // At most a line per app and second besides the records.
        var lines = proxy.Events.Where(static e => e.Event == "ConnectFailed").ToList();
        Assert.InRange(lines.Count, 1, 10);
        Assert.Equal("app", lines[0].App);
    }

    [Fact]
    public async Task Name_that_does_not_resolve_holds_up_nobody()
    {
        await using var lab = await Lab.CreateAsync();
        var good = await lab.StartEchoAsync();
        var (mixed, other, hopeless) = (lab.Port(), lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(Config.Of(
            Config.App("mixed", mixed, "does-not-exist.invalid:80", Config.Local(good[0])),
            Config.App("other", other, Config.Local(good[0])),
            Config.App("hopeless", hopeless, "does-not-exist.invalid:81")));

        for (var i = 0; i < 4; i++)
        {
            await lab.EchoesAsync(other);
            await lab.EchoesAsync(mixed);
        }

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(hopeless));
        Assert.Equal("connect_failed", (await proxy.WaitForSessionAsync(static session => session.App == "hopeless")).Reason);
        var sessions = await proxy.WaitForSessionsAsync(9);
        Assert.All(sessions.Where(static session => session.App != "hopeless"), static session => Assert.InRange(session.Number("duration_ms"), 0, 4_000));
    }

    [Fact]
    public async Task Name_with_two_addresses_uses_both()
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        netns.SetEtc("hosts", "127.0.0.2 db.internal\n127.0.0.3 db.internal\n");
        netns.SetEtc("host.conf", "multi on\n");
        using var first = lab.Listen(System.Net.IPAddress.Parse("127.0.0.2"));
        using var second = lab.Listen(System.Net.IPAddress.Parse("127.0.0.3"), first.Port);
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db.internal:{first.Port}")));

        var clients = new List<Peer>();
        for (var i = 0; i < 10; i++)
            clients.Add(await lab.ConnectAsync(port));

        await Patience.Eventually(() => first.HasPending && second.HasPending);
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Name_whose_first_address_refuses_is_reached_at_the_second()
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        netns.SetEtc("hosts", "127.0.0.2 db.internal\n127.0.0.1 db.internal\n");
        netns.SetEtc("host.conf", "multi on\n");
        var good = await lab.StartEchoAsync();
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(Config.App("app", port, $"db.internal:{good[0]}")));

        for (var i = 0; i < 4; i++)
            await lab.EchoesAsync(port);
    }
}
