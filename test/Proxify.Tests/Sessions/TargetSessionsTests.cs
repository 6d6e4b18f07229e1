using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Balancing;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Health;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>What becomes of the sessions of a target that is down or gone.</summary>
public sealed class TargetSessionsTests : IDisposable
{
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly SessionRegistry _registry = new();
    private readonly ProxyModel _model = RuntimeOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1")).Current;
    private readonly HealthMonitor _monitor;
    private readonly TargetSessions _sessions;
    private readonly Session[] _ofTheTarget;
    private readonly Session _other;

    public TargetSessionsTests()
    {
        _monitor = new HealthMonitor(_time, NullLogger.Instance, new FakeProber { OnBegin = static _ => null }, new HealthObserver());
        Watch(0, 1);
        _sessions = new TargetSessions(_registry, _time, NullLogger.Instance);
        _ofTheTarget = [.. Enumerable.Range(0, 100).Select(_ => Open(target: 0))];
        _other = Open(target: 1);
    }

    private TargetGroup Group => _model.Apps[0].State.Group;

    private TargetHealth Target => Group.Endpoints[0].State.Health;

    private int Aborted => _ofTheTarget.Count(IsAborted);

    public void Dispose() => _monitor.Dispose();

    [Fact]
    public void Reset_ends_them_at_once_and_no_others()
    {
        _sessions.Reset(Target, TimeSpan.Zero, TerminationReason.TargetDown);
        Assert.All(_ofTheTarget, session => Assert.Equal((true, TerminationReason.TargetDown), (IsAborted(session), session.AbortReason)));
        Assert.False(IsAborted(_other));
    }

    [Fact]
    public void Reset_of_many_goes_through_the_sessions_once_and_gives_each_target_its_time()
    {
        const int Many = 1_000;
        var other = Group.Endpoints[1].State.Health;
        var within = Enumerable.Range(0, Many).ToDictionary(
            i => new TargetHealth($"{i}", "10.0.0.9", TcpEndpoint.FromIPv4(0x0a000009, 1), new TargetLoad()), _ => TimeSpan.Zero);
        within.Add(Target, TimeSpan.Zero);
        within.Add(other, Drain);
        var before = GC.GetAllocatedBytesForCurrentThread();

        _sessions.Reset(within, TerminationReason.TargetDown);

        // Each time costs a list of all of them.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, Many * _ofTheTarget.Length * IntPtr.Size / 4);
        Assert.Equal((100, false), (Aborted, IsAborted(_other)));
    }

    [Fact]
    public void Those_that_are_still_dialling_go_on_to_another_target()
    {
        var dialling = Open(target: 0, isConnected: false);
        _sessions.Reset(Target, TimeSpan.Zero, TerminationReason.TargetDown);
        Assert.False(IsAborted(dialling));
    }

    [Fact]
    public void Drain_spreads_the_ends_over_its_time()
    {
        Watch(1);
        _sessions.Reset(Target, Drain, TerminationReason.TargetRemoved);
        Assert.Equal(0, Aborted);
        Pass(15);
        Assert.InRange(Aborted, 45, 50);
        Pass(15.1);
        Assert.Equal(100, Aborted);
    }

    [Fact]
    public void A_target_that_is_up_again_keeps_the_rest()
    {
        for (var i = 0; i < 3; i++)
            Target.TakeCheck(CheckResult.Unreachable);
        _sessions.Reset(Target, Drain, TerminationReason.TargetDown);
        Pass(10);
        for (var i = 0; i < 2; i++)
            Target.TakeCheck(CheckResult.Good);
        Pass(1);
        Assert.InRange(Aborted, 30, 35);
    }

    [Fact]
    public void A_target_that_is_in_the_config_again_keeps_the_rest()
    {
        Watch(1);
        _sessions.Reset(Target, Drain, TerminationReason.TargetRemoved);
        Pass(10);
        Watch(0, 1);
        Pass(30);
        Assert.InRange(Aborted, 30, 35);
    }

    [Fact]
    public void A_session_that_has_gone_on_meanwhile_is_left_alone()
    {
        Watch(1);
        _sessions.Reset(Target, Drain, TerminationReason.TargetRemoved);
        foreach (var session in _ofTheTarget)
            session.LeaveTarget();
        Pass(31);
        Assert.Equal(0, Aborted);
    }

    private void Watch(params int[] targets) =>
        _monitor.Follow([("a", HealthBench.Both, [.. targets.Select(i => new HealthMember(Group.Endpoints[i].State.Health, true, false))])]);

    private static bool IsAborted(Session session) => ((FakeConnection)session.Client).WasAborted;

    private Session Open(int target, bool isConnected = true)
    {
        var state = Group.Endpoints[target].State;
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 5001), TcpEndpoint.FromIPv4(0x0a000001, 50_000));
        var session = new Session(client, _model, _model.Apps[0], startedAt: 0);
        if (isConnected)
            session.Target = new FakeConnection(client.Local, state.Endpoint);
        state.Load.TryEnter();
        session.SetPicked(Group, target);
        _registry.Add(session);
        return session;
    }

    private void Pass(double seconds)
    {
        for (var i = 0; i < seconds * 10; i++)
            _time.Advance(TimeSpan.FromSeconds(0.1));
    }
}
