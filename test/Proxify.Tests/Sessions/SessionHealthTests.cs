using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Tests.Health;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What sessions tell of their targets, and where health sends them.</summary>
public sealed class SessionHealthTests : IDisposable
{
    private static readonly TcpEndpoint Listen = TcpEndpoint.FromIPv4(0x7f000001, 5001);
    private static readonly TcpEndpoint Client = TcpEndpoint.FromIPv4(0x0a000001, 50_000);

    private readonly HookedClock _time = new();
    private readonly ProxyRuntime _models = RuntimeOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1"));
    private readonly PipelineBench _handler;
    private readonly HealthMonitor _monitor;

    public SessionHealthTests()
    {
        _handler = new PipelineBench(_models, new SessionRegistry(), new NativePorts(), _time, NullLogger.Instance);
        _monitor = new HealthMonitor(_time, NullLogger.Instance, new FakeProber(), new HealthObserver());
        _monitor.Follow(_models.Current.Apps.Select(
            a => (a.Name, HealthBench.Passive, a.State.Group.Endpoints.Select(e => new HealthMember(e.State.Health, true, e.IsBackup)).ToArray())));
    }

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public async Task A_black_hole_costs_one_session_one_timeout_and_then_nobody_anything()
    {
        var dials = new List<string>();
        for (var i = 0; i < 20; i++)
            dials.AddRange(await ServeAsync("10.0.0.1:1", SocketError.TimedOut));

        Assert.Single(dials, "10.0.0.1:1");
    }

    [Fact]
    public async Task A_target_that_refuses_is_left_alone_after_three_tries()
    {
        var dials = new List<string>();
        for (var i = 0; i < 20; i++)
            dials.AddRange(await ServeAsync("10.0.0.1:1", SocketError.ConnectionRefused));

        Assert.Equal(3, dials.Count(d => d == "10.0.0.1:1"));
    }

    [Fact]
    public async Task A_host_that_refuses_the_clients_port_is_there_and_stays()
    {
        _models.PutInForce(ModelOf(App("a", [5001], "10.0.0.1", "10.0.0.2")));
        _monitor.Follow(_models.Current.Apps.Select(
            a => (a.Name, HealthBench.Passive, a.State.Group.Endpoints.Select(e => new HealthMember(e.State.Health, true, e.IsBackup)).ToArray())));

        var dials = new List<string>();
        for (var i = 0; i < 20; i++)
            dials.AddRange(await ServeAsync("10.0.0.1:5001", SocketError.ConnectionRefused));

        Assert.Equal(10, dials.Count(d => d == "10.0.0.1:5001"));
    }

    [Fact]
    public async Task After_the_ejection_one_session_finds_that_the_target_is_back()
    {
        for (var i = 0; i < 3; i++)
            await ServeAsync("10.0.0.1:1", SocketError.TimedOut);
        _time.Advance(TimeSpan.FromSeconds(10));

        var dials = new List<string>();
        for (var i = 0; i < 10; i++)
            dials.AddRange(await ServeAsync("nobody", SocketError.TimedOut));

        Assert.Equal(5, dials.Count(d => d == "10.0.0.1:1"));
    }

    [Fact]
    public async Task A_session_that_has_failed_at_all_available_targets_tries_the_others()
    {
        for (var i = 0; i < 3; i++)
            await ServeAsync("10.0.0.1:1", SocketError.TimedOut);

        Assert.Equal(["10.0.0.2:1", "10.0.0.1:1"], await ServeAsync("10.0.0.2:1", SocketError.ConnectionRefused));
        Assert.True(_models.Current.Apps[0].State.Group.Endpoints[0].State.Health.IsUp);
    }

    [Fact]
    public async Task A_session_that_comes_too_late_for_the_trial_goes_to_another_target_and_gives_its_place_back()
    {
        for (var i = 0; i < 3; i++)
            await ServeAsync("10.0.0.1:1", SocketError.TimedOut);
        _time.Advance(TimeSpan.FromSeconds(10));
        var target = _models.Current.Apps[0].State.Group.Endpoints[0].State;
        _time.OnRead = () =>
        {
            // The session has been sent to the target; another one begins its trial before it dials.
            if (target.Load.SessionsActive == 1)
                target.Health.TryBeginDial(isLastResort: false, out _);
        };

        for (var i = 0; i < 3; i++)
            Assert.Equal(["10.0.0.2:1"], await ServeAsync("nobody", SocketError.TimedOut));
        Assert.Equal(0, target.Load.SessionsActive);
        Assert.False(target.Health.IsUp);
    }

    [Theory]
    [InlineData(true, 0, 0.9, true)]
    [InlineData(true, 1, 0.9, false)]
    [InlineData(true, 0, 1.1, false)]
    [InlineData(false, 0, 0.9, false)]
    public async Task Targets_that_end_sessions_first_early_and_without_a_byte_are_ejected(bool targetFirst, long bytes, double seconds, bool areEjected)
    {
        _monitor.Follow(_models.Current.Apps.Select(a => (
            a.Name, HealthBench.Passive with { EarlyClose = TimeSpan.FromSeconds(1) },
            a.State.Group.Endpoints.Select(e => new HealthMember(e.State.Health, true, e.IsBackup)).ToArray())));
        for (var i = 0; i < 6; i++)
        {
            var client = new FakeConnection(Listen, Client);
            client.OnRelay = () =>
            {
                _time.Advance(TimeSpan.FromSeconds(seconds));
                client.Targets[0].Received = bytes;
                client.Targets[0].EndFirst(targetFirst);
                return Task.FromResult(RelayEnd.Done);
            };
            await _handler.HandleAsync(client);
        }

        Assert.All(_models.Current.Apps[0].State.Group.Endpoints, e => Assert.Equal(!areEjected, e.State.Health.IsUp));
    }

    /// <summary>Serves one session while one target fails; gives what it dialled.</summary>
    private async Task<List<string>> ServeAsync(string bad, SocketError error)
    {
        var client = new FakeConnection(Listen, Client) { OnDial = target => $"{target}" == bad ? error : SocketError.Success };
        await _handler.HandleAsync(client);
        return [.. client.Dialled.Select(d => $"{d}")];
    }

    private sealed class HookedClock : FakeTimeProvider
    {
        /// <summary>Called whenever somebody reads the clock.</summary>
        public Action? OnRead { get; set; }

        public override long GetTimestamp()
        {
            OnRead?.Invoke();
            return base.GetTimestamp();
        }
    }
}
