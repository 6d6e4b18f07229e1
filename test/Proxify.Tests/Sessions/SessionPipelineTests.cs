using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Resolution;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

public sealed partial class SessionPipelineTests
{
    private static readonly TcpEndpoint Listen = TcpEndpoint.FromIPv4(0x7f000001, 5001);
    private static readonly TcpEndpoint Client = TcpEndpoint.FromIPv4(0x0a000001, 50000);

    private const ushort OpenedByHand = 7;

    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _log = new();
    private readonly SessionRegistry _registry = new();
    private readonly ProxyRuntime _models;
    private readonly PipelineBench _handler;

    public SessionPipelineTests()
    {
        _models = new ProxyRuntime(ModelOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1")));
        _handler = NewHandler(OpenedByHand);
    }

    private SessionRecord Record => _log.Records.Last();

    private PipelineBench NewHandler(ushort portOfDefaultApp, ISessionObserver[]? observers = null, ISessionStage[]? stages = null) =>
        new(_models, _registry, new FakePorts(portOfDefaultApp), _time, _log, observers, stages);

    private async Task<FakeConnection> ServeAsync(Func<TcpEndpoint, SocketError>? onDial = null, FakeConnection? client = null)
    {
        client ??= new FakeConnection(Listen, Client);
        if (onDial is not null)
            client.OnDial = onDial;
        await _handler.HandleAsync(client);
        return client;
    }

    private static async Task Until(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            limit.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    [Fact]
    public async Task Sessions_take_the_targets_in_turn()
    {
        var dialled = new List<string>();
        for (var i = 0; i < 6; i++)
            dialled.Add((await ServeAsync()).Dialled.Single().ToString());

        Assert.Equal(dialled[..3], dialled[3..]);
        Assert.Equal(3, dialled.Distinct().Count());
    }

    [Fact]
    public async Task A_target_that_refuses_costs_a_try_and_not_the_session()
    {
        for (var i = 0; i < 9; i++)
        {
            var client = await ServeAsync(target => target == TcpEndpoint.FromIPv4(0x0a000002, 1) ? SocketError.ConnectionRefused : SocketError.Success);
            Assert.InRange(client.Dialled.Count, 1, 2);
            Assert.Equal(TerminationReason.Done, Record.Reason);
            Assert.Equal(client.Dialled.Count, Record.Tries);
            Assert.Equal(client.Dialled[^1], Record.Target);
        }
    }

    [Fact]
    public async Task A_session_counts_at_the_target_that_it_is_at_from_its_dial_to_its_end()
    {
        var app = _models.Current.Apps[0];
        var relay = new TaskCompletionSource<RelayEnd>();
        var client = new FakeConnection(Listen, Client) { OnRelay = () => relay.Task };
        var whileDialling = new List<int[]>();
        client.OnDial = _ =>
        {
            whileDialling.Add(Sessions());
            return whileDialling.Count == 1 ? SocketError.TimedOut : SocketError.Success;
        };

        var serving = _handler.HandleAsync(client).AsTask();
        var reached = Array.FindIndex(app.State.Group.Endpoints.ToArray(), t => t.State.Endpoint == client.Dialled[^1]);
        Assert.Equal(2, whileDialling.Count);
        Assert.All(whileDialling, sessions => Assert.Equal(1, sessions.Sum()));
        Assert.Equal(1, Sessions().Sum());
        Assert.Equal(1, Sessions()[reached]);

        relay.SetResult(RelayEnd.Done);
        await serving;
        Assert.Equal([0, 0, 0], Sessions());

        await ServeAsync(_ => SocketError.OperationAborted);
        Assert.Equal([0, 0, 0], Sessions());

        int[] Sessions() => [.. app.State.Group.Endpoints.Select(t => t.State.Load.SessionsActive)];
    }

    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7:5001")]
    [InlineData("10.0.0.7:+1000", "10.0.0.7:6001")]
    [InlineData("[fd00::7]:-380", "[fd00::7]:4621")]
    public async Task A_target_without_a_port_is_dialled_at_the_clients(string target, string dialled)
    {
        _models.PutInForce(ModelOf(App("a", [5001], target)));

        var client = await ServeAsync();

        Assert.Equal(dialled, Assert.Single(client.Dialled).ToString());
        Assert.Equal(target, _models.Current.Apps[0].State.Group.Endpoints[0].State.ToString());
    }

    [Fact]
    public async Task A_target_that_would_have_no_port_for_the_client_is_not_dialled()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "10.0.0.7:-1000")));

        var client = await ServeAsync(client: new FakeConnection(Listen with { Port = OpenedByHand }, Client));

        Assert.Empty(client.Dialled);
        Assert.Equal(TerminationReason.ConnectFailed, Record.Reason);
    }

    [Fact]
    public async Task A_backup_is_dialled_after_every_other_target()
    {
        _models.PutInForce(ModelOf(
            App("a", [5001]) with { Targets = [Target("10.0.0.9:1") with { Backup = true }, Target("10.0.0.1:1"), Target("10.0.0.2:1")] }));

        for (var i = 0; i < 4; i++)
        {
            var client = await ServeAsync(target => target == TcpEndpoint.FromIPv4(0x0a000009, 1) ? SocketError.Success : SocketError.ConnectionRefused);
            Assert.Equal(3, client.Dialled.Distinct().Count());
            Assert.Equal(Record.Target, client.Dialled[2]);
            Assert.Equal("10.0.0.9:1", $"{Record.Target}");
        }
    }

    [Fact]
    public async Task Source_hash_goes_by_the_clients_address_and_not_its_port()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1") with { Balancing = BalancingPolicy.SourceHash }));

        var dialled = new HashSet<TcpEndpoint>();
        for (ushort port = 1; port <= 20; port++)
            dialled.Add((await ServeAsync(client: new FakeConnection(Listen, Client with { Port = port }))).Dialled.Single());
        Assert.Single(dialled);

        for (uint i = 1; i <= 20; i++)
            dialled.Add((await ServeAsync(client: new FakeConnection(Listen, TcpEndpoint.FromIPv4(i, 1)))).Dialled.Single());
        Assert.Equal(3, dialled.Count);
    }

    [Fact]
    public async Task No_target_reached_tries_each_once_resets_and_logs_one_line_a_second()
    {
        for (var i = 0; i < 100; i++)
        {
            var client = await ServeAsync(x => SocketError.TimedOut);
            Assert.Equal(3, client.Dialled.Distinct().Count());
            Assert.Equal(3, client.Dialled.Count);
            Assert.True(client.WasReset);
        }

        Assert.Equal(TerminationReason.ConnectFailed, Record.Reason);
        Assert.Null(Record.Target);
        Assert.Single(_log.Events, e => e == 1100);
        _time.Advance(TimeSpan.FromSeconds(1));
        await ServeAsync(x => SocketError.TimedOut);
        Assert.Equal(2, _log.Events.Count(e => e == 1100));
    }

    [Theory]
    [InlineData("10.0.0.0/8", null, true)]
    [InlineData(null, "10.0.0.1/32", true)]
    [InlineData(null, null, false)]
    public async Task A_source_that_either_rule_refuses_is_reset_counted_and_not_recorded(string? deniedByProxy, string? deniedByApp, bool isDenied)
    {
        static SourcesConfig Deny(string? prefix) => prefix is null ? new() : new() { Deny = [IPNetwork.Parse(prefix)] };
        _models.PutInForce(ModelBuilder.Build(
            new ProxyConfig { Apps = [App("a", [5001], "10.0.0.2:1") with { Sources = Deny(deniedByApp) }], Sources = Deny(deniedByProxy) }, null));

        var client = await ServeAsync();

        Assert.Equal(isDenied, client.WasReset && client.Dialled.Count == 0);
        Assert.Equal(isDenied ? 1 : 0, _models.Current.Apps[0].State.Ended(TerminationReason.Denied).Value);
        Assert.Equal(isDenied ? 0 : 1, _log.Records.Count);
        Assert.Equal(isDenied ? 1 : 0, _log.Events.Count(e => e == 1104));
    }

    [Fact]
    public async Task A_client_whose_address_is_unknown_is_denied_whatever_the_rules()
    {
        var client = await ServeAsync(client: new FakeConnection(Listen, default));

        Assert.True(client.WasReset);
        Assert.Empty(client.Dialled);
        Assert.Equal(1, _models.Current.Apps[0].State.Ended(TerminationReason.Denied).Value);
        Assert.Empty(_log.Records);
    }

    [Fact]
    public async Task The_time_of_a_connect_is_told_when_the_target_is_reached_and_not_at_the_sessions_end()
    {
        var relay = new TaskCompletionSource<RelayEnd>();
        var events = new SessionEvents();
        var handler = NewHandler(OpenedByHand, [events]);
        var client = new FakeConnection(Listen, Client) { OnRelay = () => relay.Task };
        client.OnDial = _ =>
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            return SocketError.Success;
        };

        var serving = handler.HandleAsync(client).AsTask();
        Assert.Equal(["began", "connected after 2 s"], events.Told);

        relay.SetResult(RelayEnd.Done);
        await serving;
        Assert.Equal(["began", "connected after 2 s", "ending for done", "ended for done"], events.Told);
    }

    [Fact]
    public async Task A_relay_that_throws_leaves_no_target_connection_behind()
    {
        var client = new FakeConnection(Listen, Client) { OnRelay = () => throw new InvalidOperationException() };

        await Assert.ThrowsAsync<InvalidOperationException>(() => ServeAsync(client: client));

        Assert.True(client.Targets.Single().WasReset);
        Assert.Equal(TerminationReason.InternalError, Record.Reason);
        Assert.Equal(0, _registry.Count);
    }

    [Fact]
    public async Task A_session_is_recorded_before_a_shutdown_may_take_it_for_ended()
    {
        var liveWhenRecorded = -1;
        _log.OnRecord = () => liveWhenRecorded = _registry.Count;

        await ServeAsync();

        Assert.Equal(1, liveWhenRecorded);
        Assert.Equal(0, _registry.Count);
    }

    [Fact]
    public async Task Access_log_sample_of_zero_writes_no_record()
    {
        _models.PutInForce(ModelBuilder.Build(_models.Current.Config with { AccessLog = new AccessLogConfig { Sample = 0 } }, null));

        await ServeAsync();

        Assert.Empty(_log.Records);
    }
}
