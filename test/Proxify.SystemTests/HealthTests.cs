using System.Net.Sockets;
using static Proxify.SystemTests.HealthLab;

namespace Proxify.SystemTests;

/// <summary>Real targets that fail in real ways, and what clients notice of it.</summary>
[Collection(nameof(Heavy))]
public sealed class HealthTests
{
    /// <summary>Both transports, each with a listener for the port and steered.</summary>
    public static TheoryData<string, bool> Ways => new() { { "sockets", false }, { "uring", false }, { "sockets", true }, { "uring", true } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Redis_killed_and_started_again_fails_no_client_and_serves_again(string transport, bool steered)
    {
        await using var lab = await Lab.CreateAsync();
        var (ports, servers) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(lab, Quick, ports, transport, steered);
        for (var i = 0; i < 10; i++)
            await AskAsync(lab, port);

        servers[1].Signal(Kill);
        await servers[1].ExitAsync();
        for (var i = 0; i < 50; i++)
            Assert.NotEqual(1, await AskAsync(lab, port));
        var position = proxy.LogPosition;
        await StartRedisAsync(lab, ports[1], number: 1);

        await EventuallyServedByAsync(lab, port, 1);
        Assert.Contains(proxy.Events, static e => e.Event is "TargetDown" or "TargetEjected");
        Assert.True(position > 0);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Redis_restarted_at_once_fails_no_client_and_serves_again(string transport, bool steered)
    {
        await using var lab = await Lab.CreateAsync();
        var (ports, servers) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(lab, Quick, ports, transport, steered);
        using var stop = new CancellationTokenSource();
        var cut = 0;
        var asking = Task.WhenAll(Enumerable.Range(0, 3).Select(async _ =>
        {
            while (!stop.IsCancellationRequested)
            {
                var failure = await Record.ExceptionAsync(() => AskAsync(lab, port));
                if (failure is SocketException { SocketErrorCode: SocketError.ConnectionReset })
                    Interlocked.Increment(ref cut);
                else
                    Assert.Null(failure);
            }
        }));
        await proxy.WaitForSessionsAsync(30);

        servers[1].Signal(Kill);
        await servers[1].ExitAsync();
        await StartRedisAsync(lab, ports[1], number: 1);
        await EventuallyServedByAsync(lab, port, 1);

        // Only who was at the target when it died is told so, by reset.
        await stop.CancelAsync();
        await asking;
        Assert.InRange(cut, 0, 3);
        Assert.DoesNotContain(proxy.Sessions, static s => s.Reason == "connect_failed");
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Paused_redis_with_FirstByte_keeps_one_client_at_the_most_and_comes_back_by_a_trial(string transport, bool steered)
    {
        await using var lab = await Lab.CreateAsync();
        var (ports, servers) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(lab, new { Interval = "300ms", FastInterval = "100ms", FirstByte = "400ms", EjectFor = "1s" }, ports, transport,
            steered);
        for (var i = 0; i < 6; i++)
            await AskAsync(lab, port);

        servers[1].Signal(Stop);
        await LoadUntilAsync(lab, port, () => proxy.Events.Any(static e => e.Event == "TargetEjected"));

        // Plain checks go on succeeding: they must not bring it back. One trial session a second or two may be caught.
        var caught = 0;
        for (var i = 0; i < 30; i++)
            caught += await TryAskAsync(lab, port, TimeSpan.FromSeconds(2)) is null ? 1 : 0;
        Assert.InRange(caught, 0, 4);

        servers[1].Signal(Continue);
        await EventuallyServedByAsync(lab, port, 1);
        await proxy.WaitForEventAsync("TargetBack");
    }

    [Fact]
    public async Task Paused_redis_goes_down_by_checks_that_send_and_expect_and_comes_up_again()
    {
        await using var lab = await Lab.CreateAsync();
        var (ports, servers) = await StartRedisAsync(lab);
        var (port, proxy) = await StartAsync(
            lab, new { Interval = "300ms", FastInterval = "100ms", Timeout = "300ms", Send = "PING\r\n", Expect = "PONG" }, ports);

        servers[1].Signal(Stop);
        await proxy.WaitForEventAsync("TargetDown");
        for (var i = 0; i < 30; i++)
            Assert.NotEqual(1, await AskAsync(lab, port));

        servers[1].Signal(Continue);
        await proxy.WaitForEventAsync("TargetUp");
        await EventuallyServedByAsync(lab, port, 1);
    }

    [Fact]
    public async Task OnDown_reset_ends_the_sessions_of_a_target_that_is_down_and_no_others()
    {
        await using var lab = await Lab.CreateAsync();
        using var stuck = lab.Listen();
        var good = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(stuck.Port), Config.Local(good[0])).With(
            "Health", new { Interval = "300ms", FastInterval = "100ms", Timeout = "200ms", Send = "hello", Expect = "hello", OnDown = "reset" })));
        using var first = await lab.ConnectAsync(port);
        using var second = await lab.ConnectAsync(port);

        var ended = await proxy.WaitForSessionAsync(static s => s.Reason == "target_down");

        Assert.Equal(Config.Local(stuck.Port), ended.Text("target"));
        Assert.Single(proxy.Sessions);
    }

    [Fact]
    public async Task OnRemove_reset_ends_the_sessions_of_a_target_that_a_reload_takes_out()
    {
        await using var lab = await Lab.CreateAsync();
        var targets = await lab.StartEchoAsync(2);
        var port = lab.Port();
        var both = Config.App("app", port, Config.Local(targets[0]), Config.Local(targets[1])).With("Health", new { OnRemove = "reset" });
        var proxy = await lab.StartProxifyAsync(Config.Of(both));
        using var first = await lab.ConnectAsync(port);
        using var second = await lab.ConnectAsync(port);
        await Patience.Eventually(() => proxy.Descriptors > 0);

        await proxy.ReloadAsync(Config.Of(both.With("Targets", new[] { Config.Local(targets[0]) })));

        var ended = await proxy.WaitForSessionAsync(static s => s.Reason == "target_removed");
        Assert.Equal(Config.Local(targets[1]), ended.Text("target"));
        Assert.Single(proxy.Sessions);
    }

    [Fact]
    public async Task Health_survives_a_reload()
    {
        await using var lab = await Lab.CreateAsync();
        var good = await lab.StartEchoAsync();
        var port = lab.Port();
        var app = Config.App("app", port, Config.Local(lab.Port()), Config.Local(good[0])).With("Health", Quick);
        var proxy = await lab.StartProxifyAsync(Config.Of(app));
        await proxy.WaitForEventAsync("TargetDown");

        await proxy.ReloadAsync(Config.Of(app.With("Timeouts", new { Idle = "1m" })));
        for (var i = 0; i < 10; i++)
            await lab.EchoesAsync(port);

        Assert.All(await proxy.WaitForSessionsAsync(10), static s => Assert.Equal(1, s.Number("tries")));
        Assert.Single(proxy.Events, static e => e.Event == "TargetDown");
    }

    [Fact]
    public async Task Checks_of_a_target_that_leads_back_to_proxify_make_no_sessions()
    {
        var (lab, netns) = await Lab.CreateWithNetnsAsync();
        await using var _1 = lab;
        netns.SetEtc("hosts", "127.0.0.1 ourselves.internal\n");
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Of(Config.App("app", port, $"ourselves.internal:{port}").With("Health", new { Interval = "100ms", FastInterval = "100ms" })));

        Assert.Equal(PeerEnd.Reset, await lab.ConnectToEndAsync(port));

        // Ten intervals' worth of checks later there is that one session.
        using var tick = new PeriodicTimer(TimeSpan.FromSeconds(1));
        await tick.WaitForNextTickAsync();
        Assert.Single(proxy.Sessions);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Target_that_accepts_and_closes_serves_three_clients_nothing_and_then_none(string transport, bool steered)
    {
        await using var lab = await Lab.CreateAsync();
        var (ports, _) = await StartRedisAsync(lab);
        using var closing = lab.Listen();
        var closed = CloseAllAsync(closing);
        var (port, proxy) = await StartAsync(lab, new { EarlyClose = "1m", EjectFor = "1d", EjectMax = "1d" }, [ports[0], closing.Port], transport, steered);

        var failed = 0;
        for (var i = 0; i < 40; i++)
            failed += await Record.ExceptionAsync(() => AskAsync(lab, port)) is null ? 0 : 1;

        Assert.Equal(3, failed);
        Assert.Contains(proxy.Events, static e => e.Event == "TargetEjected");
        Assert.False(closed.IsFaulted);
    }

    private static async Task CloseAllAsync(PeerListener listener)
    {
        while (true)
            (await listener.AcceptAsync()).Dispose();
    }
}
