using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Peers;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What sessions meet at limits. A session here relays until the test ends it.</summary>
public sealed partial class SessionLimitsTests
{
    private const ushort SteeringPort = 8080;

    private readonly CountingClock _time = new();
    private readonly SessionRegistry _registry = new();
    private readonly List<LimitedClient> _clients = [];
    private ProxyRuntime _models = null!;
    private PipelineBench _handler = null!;

    private AppState State => _models.Current.Apps[0].State;

    [Fact]
    public async Task More_sessions_than_the_app_may_have_wait_and_enter_in_their_order()
    {
        Use(new AppLimitsConfig { Sessions = 1 });
        var (first, second, third) = (Come(), Come(), Come());
        Assert.Equal((true, false, false), (first.IsConnected, second.IsConnected, third.IsConnected));
        Assert.Equal(2, State.Line.Count);

        await first.EndAsync();
        await second.Connected();
        Assert.False(third.IsConnected);
        await second.EndAsync();
        await third.Connected();
        await third.EndAsync();

        Assert.Equal(3, State.Ended(TerminationReason.Done).Value);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_session_that_waits_too_long_is_reset()
    {
        Use(new AppLimitsConfig { Sessions = 1, QueueTimeout = TimeSpan.FromSeconds(2) });
        var (first, second) = (Come(), Come());

        _time.Advance(TimeSpan.FromSeconds(2));
        await second.Ended();

        Assert.True(second.WasReset);
        Assert.Empty(second.Dialled);
        Assert.Equal(1, State.Ended(TerminationReason.Limit).Value);
        Assert.Equal(1, State.Refused(LimitKind.QueueTimeout).Value);
        await first.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_client_that_leaves_while_it_waits_frees_its_place_at_once()
    {
        Use(new AppLimitsConfig { Sessions = 1, Queue = 1 });
        var (first, second) = (Come(), Come());
        Assert.Equal((false, true), (first.IsWatched, second.IsWatched));

        second.Leave(byReset: true);
        await second.Ended();

        Assert.Empty(second.Dialled);
        Assert.Equal(1, State.Ended(TerminationReason.ClientReset).Value);
        var third = Come();
        Assert.False(third.HasEnded);
        await first.EndAsync();
        await third.Connected();
        await third.EndAsync();
        AssertNothingIsHeld();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_ends_its_side_while_it_waits_has_left_where_AbortOnClose_says_so(bool abortOnClose)
    {
        Use(new AppLimitsConfig { Sessions = 1 });
        var config = _models.Current.Config;
        _models.PutInForce(ModelBuilder.Build(config with { Apps = [config.Apps[0] with { AbortOnClose = abortOnClose }] }, _models.Current));
        var (first, second) = (Come(), Come());

        second.Leave(byReset: false);

        if (abortOnClose)
            await second.Ended();
        Assert.Equal(abortOnClose ? 0 : 1, State.Line.Count);
        await first.EndAsync();
        if (!abortOnClose)
        {
            await second.Connected();
            await second.EndAsync();
        }

        Assert.Equal(abortOnClose ? 1 : 0, State.Ended(TerminationReason.ClientClosed).Value);
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_full_line_resets_at_once()
    {
        Use(new AppLimitsConfig { Sessions = 1, Queue = 1 });
        var (first, second) = (Come(), Come());

        var third = Come();
        await third.Ended();

        Assert.True(third.WasReset);
        Assert.Equal(1, State.Refused(LimitKind.Queue).Value);
        await first.EndAsync();
        await second.Connected();
        await second.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_client_that_went_away_while_it_waited_costs_the_target_nothing()
    {
        Use(new AppLimitsConfig { Sessions = 1 });
        var (first, second, third) = (Come(), Come(), Come());
        second.HasReset = true;
        _time.Advance(TimeSpan.FromSeconds(1));

        await first.EndAsync();
        await second.Ended();
        await third.Connected();

        Assert.Empty(second.Dialled);
        Assert.Equal(1, State.Ended(TerminationReason.ClientReset).Value);
        await third.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task Drain_ends_a_wait_at_once()
    {
        Use(new AppLimitsConfig { Sessions = 1 });
        var (first, second) = (Come(), Come());

        foreach (var session in _registry.Snapshot().Where(s => s.Client == second))
            session.Abort(TerminationReason.Drained);
        await second.Ended();

        Assert.Equal(1, State.Ended(TerminationReason.Drained).Value);
        await first.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_full_target_is_not_picked_while_another_may_be()
    {
        Use(new AppLimitsConfig { SessionsPerTarget = 2 }, "10.0.0.1:1", "10.0.0.2:1");
        var clients = Enumerable.Range(0, 4).Select(_ => Come()).ToList();

        Assert.All(clients, client => Assert.True(client.IsConnected));
        Assert.Equal([2, 2], Loads());
        var waiting = Come();
        Assert.False(waiting.IsConnected);

        await clients.First(c => c.Dialled.Single().ToString() == "10.0.0.2:1").EndAsync();
        await waiting.Connected();
        Assert.Equal("10.0.0.2:1", waiting.Dialled.Single().ToString());
        foreach (var client in _clients.Where(c => !c.HasEnded))
            await client.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_source_has_no_more_sessions_than_it_may()
    {
        Use(new AppLimitsConfig { SessionsPerSource = 1 });
        var first = Come(0x0a000001);
        var second = Come(0x0a000001);
        var other = Come(0x0a000002);

        await second.Ended();
        Assert.True(second.WasReset);
        Assert.Equal(1, State.Refused(LimitKind.SessionsPerSource).Value);
        Assert.True(other.IsConnected);
        await first.EndAsync();
        var third = Come(0x0a000001);
        Assert.True(third.IsConnected);
        await other.EndAsync();
        await third.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task What_the_apps_limit_refuses_keeps_no_place_of_its_source_in_the_proxy()
    {
        Use(new AppLimitsConfig { SessionsPerSource = 1 }, new ProxyLimitsConfig { SessionsPerSource = 3 });
        var first = Come();

        for (var i = 0; i < 5; i++)
            await Come().Ended();

        Assert.Equal(5, State.Refused(LimitKind.SessionsPerSource).Value);
        await first.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task The_proxys_limit_resets_and_counts_those_who_wait()
    {
        Use(new AppLimitsConfig { Sessions = 1 }, new ProxyLimitsConfig { Sessions = 2 });
        var (first, second) = (Come(), Come());

        var third = Come();
        await third.Ended();

        Assert.True(third.WasReset);
        Assert.Equal(1, State.Refused(LimitKind.Sessions).Value);
        await first.EndAsync();
        await second.Connected();
        await second.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task What_the_proxys_limit_refuses_keeps_no_place_of_its_source()
    {
        Use(new AppLimitsConfig { SessionsPerSource = 2 }, new ProxyLimitsConfig { Sessions = 1, SessionsPerSource = 3 });
        var first = Come();

        for (var i = 0; i < 5; i++)
            await Come().Ended();

        Assert.Equal(5, State.Refused(LimitKind.Sessions).Value);
        await first.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public async Task A_session_that_waits_again_has_only_what_is_left_of_its_time()
    {
        Use(new AppLimitsConfig { SessionsPerTarget = 1, QueueTimeout = TimeSpan.FromSeconds(5) }, "10.0.0.1:1", "10.0.0.2:1");
        var (_, second) = (Come(), Come());
        var client = Come(onDial: target => target.ToString() == "10.0.0.2:1" ? SocketError.ConnectionRefused : SocketError.Success);
        _time.Advance(TimeSpan.FromSeconds(3));

        await second.EndAsync();
        await Patience.Eventually(() => _time.Timers == 2);
        Assert.False(client.HasEnded);
        _time.Advance(TimeSpan.FromSeconds(2));

        await client.Ended();
        Assert.Equal(1, State.Refused(LimitKind.QueueTimeout).Value);
    }

    [Fact]
    public async Task A_rate_resets_counts_and_comes_back()
    {
        Use(new AppLimitsConfig { Rate = ConnectionRate.PerSecond(2) });
        var clients = Enumerable.Range(0, 4).Select(_ => Come()).ToList();
        Assert.Equal([true, true, false, false], clients.Select(c => c.IsConnected));
        Assert.Equal(2, State.Refused(LimitKind.Rate).Value);
        Assert.Equal(2, State.Ended(TerminationReason.Limit).Value);

        _time.Advance(TimeSpan.FromMilliseconds(500));

        Assert.True(Come().IsConnected);
        Assert.False(Come().IsConnected);
        foreach (var client in _clients.Where(c => !c.HasEnded))
            await client.EndAsync();
        AssertNothingIsHeld();
    }

    [Fact]
    public void Steered_connections_have_paid_in_the_kernel_and_direct_ones_have_not()
    {
        Use(new AppLimitsConfig { Rate = ConnectionRate.PerSecond(1) }, steeringPort: SteeringPort);

        Assert.All(Enumerable.Range(0, 3).Select(_ => Come()), client => Assert.True(client.IsConnected));

        Assert.True(Come(port: SteeringPort).IsConnected);
        Assert.False(Come(port: SteeringPort).IsConnected);
    }

    private void Use(AppLimitsConfig limits, params string[] targets) => Use(limits, new ProxyLimitsConfig(), null, targets);

    private void Use(AppLimitsConfig limits, ProxyLimitsConfig proxy) => Use(limits, proxy, null);

    private void Use(AppLimitsConfig limits, ushort steeringPort) => Use(limits, new ProxyLimitsConfig(), steeringPort);

    private void Use(AppLimitsConfig limits, ProxyLimitsConfig proxy, ushort? steeringPort, params string[] targets)
    {
        _models = new ProxyRuntime(ModelBuilder.Build(Config(limits, proxy, targets), previous: null));
        _handler = new PipelineBench(_models, _registry, new FakePorts(SteeringPort, steeringPort), _time, NullLogger.Instance);
    }

    private void Reload(AppLimitsConfig limits) => _models.PutInForce(ModelBuilder.Build(Config(limits, new ProxyLimitsConfig(), []), _models.Current));

    private static ProxyConfig Config(AppLimitsConfig limits, ProxyLimitsConfig proxy, string[] targets) => new()
    {
        Apps = [App("a", [5001], targets.Length == 0 ? ["10.0.0.1:1"] : targets) with { Limits = limits }],
        DefaultApp = DefaultAppConfig.App("a"),
        Limits = proxy,
    };

    private LimitedClient Come(uint source = 0x0a000001, ushort port = 5001, Func<TcpEndpoint, SocketError>? onDial = null)
    {
        var client = new LimitedClient(port, source);
        if (onDial is not null)
            client.OnDial = onDial;
        client.Serve(_handler);
        _clients.Add(client);
        return client;
    }

    private int[] Loads() => [.. _models.Current.Apps[0].State.Group.Endpoints.Select(e => e.State.Load.SessionsActive)];

    private void AssertNothingIsHeld()
    {
        Assert.Equal(0, State.Sessions.Taken);
        Assert.Equal(0, State.Sources.Count);
        Assert.Equal(0, State.Line.Count);
        Assert.Equal(0, _models.Current.State.Sessions.Taken);
        Assert.Equal(0, _models.Current.State.Sources.Count);
        Assert.Equal(0, _registry.Count);
        Assert.All(Loads(), load => Assert.Equal(0, load));
    }
}
