using Microsoft.Extensions.Time.Testing;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Tests.Health;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Sessions;

/// <summary>Which targets are found silent.</summary>
public sealed class SilenceSweepTests : IDisposable
{
    private static readonly TimeSpan FirstByte = TimeSpan.FromSeconds(2);

    private readonly FakeTimeProvider _time = new();
    private readonly SessionRegistry _registry = new();
    private readonly ProxyModel _model = RuntimeOf(App("a", [5001], "10.0.0.1:1", "10.0.0.2:1")).Current;
    private readonly HealthMonitor _monitor;
    private readonly SilenceSweep _sweep;

    public SilenceSweepTests()
    {
        _time.Advance(TimeSpan.FromHours(1));
        _monitor = new HealthMonitor(_time, new HealthBench.EventLog(), new FakeProber(), new HealthObserver());
        _monitor.Follow([("a", HealthBench.Passive with { FirstByte = FirstByte },
            [.. _model.Apps[0].State.Group.Endpoints.Select(e => new HealthMember(e.State.Health, true, false))])]);
        _sweep = new SilenceSweep(_registry, _time);
        _sweep.Follow(FirstByte);
    }

    private TargetHealth Paused => _model.Apps[0].State.Group.Endpoints[0].State.Health;

    public void Dispose()
    {
        _sweep.Dispose();
        _monitor.Dispose();
    }

    [Fact]
    public void A_target_that_leaves_a_client_without_an_answer_while_its_sibling_answers_is_ejected()
    {
        Open(target: 0, fromClient: 10);
        var sibling = Open(target: 1, fromClient: 10);
        Pass(0.5);
        Answer(sibling, 10);
        Pass(1.5);
        Assert.True(Paused.IsUp);
        Pass(0.5);
        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void Short_sessions_of_the_sibling_are_answers_too()
    {
        Open(target: 0, fromClient: 10);
        Pass(0.6);
        var sibling = Open(target: 1, fromClient: 10);
        Answer(sibling, 10);
        End(sibling);
        Pass(2.5);
        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void Without_a_sibling_that_answers_nobody_knows_whether_the_question_wanted_an_answer()
    {
        Open(target: 0, fromClient: 10);
        Open(target: 1, fromClient: 10);
        Pass(60);
        AssertNeverOut();
    }

    [Fact]
    public void A_sibling_that_has_answered_long_before_says_nothing()
    {
        Answer(Open(target: 1, fromClient: 10), 10);
        Pass(3);
        Open(target: 0, fromClient: 10);
        Pass(60);
        AssertNeverOut();
    }

    [Fact]
    public void A_sibling_that_answered_just_before_and_has_nobody_waiting_is_enough_when_all_clients_are_caught()
    {
        Answer(Open(target: 1, fromClient: 10), 10);
        Pass(1);
        Open(target: 0, fromClient: 10);
        Pass(3);
        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void What_silences_all_targets_at_once_ejects_none()
    {
        var (first, second) = (Open(target: 0, fromClient: 10), Open(target: 1, fromClient: 10));
        Answer(first, 10);
        Answer(second, 10);
        Pass(1);
        Open(target: 0, fromClient: 10);
        Open(target: 1, fromClient: 10);
        Pass(60);
        AssertNeverOut();
    }

    [Fact]
    public void A_target_that_answers_others_meanwhile_is_not_silent()
    {
        Open(target: 0, fromClient: 10);
        var (busy, sibling) = (Open(target: 0, fromClient: 10), Open(target: 1, fromClient: 10));
        for (var i = 1; i < 100; i++)
        {
            Answer(busy, i);
            Answer(sibling, i);
            Pass(1);
        }

        AssertNeverOut();
    }

    [Fact]
    public void A_target_that_answers_others_and_then_stops_is_found()
    {
        Open(target: 0, fromClient: 10);
        var (busy, sibling) = (Open(target: 0, fromClient: 10), Open(target: 1, fromClient: 10));
        for (var i = 1; i < 25; i++)
        {
            if (i < 20)
                Answer(busy, i);
            Answer(sibling, i);
            Pass(1);
        }

        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void Time_in_which_we_were_stopped_is_nobodys_silence()
    {
        Open(target: 0, fromClient: 10);
        var sibling = Open(target: 1, fromClient: 10);
        Answer(sibling, 1);
        Pass(1);

        _time.Advance(TimeSpan.FromHours(1));
        Answer(sibling, 2);
        Pass(1.5);
        AssertNeverOut();

        Answer(sibling, 3);
        Pass(1.5);
        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void A_client_that_has_said_nothing_waits_for_nothing()
    {
        Open(target: 0, fromClient: 0);
        var sibling = Open(target: 1, fromClient: 10);
        for (var i = 1; i < 20; i++)
        {
            Answer(sibling, i);
            Pass(1);
        }

        AssertNeverOut();
    }

    [Fact]
    public void A_trial_session_that_gets_a_byte_brings_the_target_back()
    {
        Paused.NoteSilence();
        var trial = Trial();
        Pass(1);
        Assert.False(Paused.IsUp);
        Answer(trial, 1);
        Pass(0.5);
        Assert.True(Paused.IsUp);
    }

    [Fact]
    public void A_trial_session_without_an_answer_within_FirstByte_ejects_for_longer()
    {
        Paused.NoteSilence();
        Trial();
        Pass(3);
        Assert.Equal(20, Paused.Record!.Ejection.Lasts.TotalSeconds);
        Pass(15);
        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void A_trial_session_that_ends_before_the_next_sweep_decides_at_its_end()
    {
        Paused.NoteSilence();
        var trial = Trial();
        Answer(trial, 1);
        End(trial);
        Assert.True(Paused.IsUp);
    }

    [Theory]
    [InlineData("client_reset", false)]
    [InlineData("done", false)]
    [InlineData("target_reset", true)]
    [InlineData("idle_timeout", true)]
    public void A_trial_that_ends_without_an_answer_counts_against_the_target_only_if_its_client_has_not_left(string reason, bool counts)
    {
        Paused.NoteSilence();
        var trial = Trial();
        End(trial, TerminationWords.All.Single(r => r.ToWord() == reason));
        Assert.Equal(counts ? EjectPhase.Out : EjectPhase.TrialOpen, Paused.Record!.Ejection.Phase);
    }

    [Fact]
    public void A_client_that_was_caught_and_gets_its_answer_brings_the_target_back()
    {
        var caught = Open(target: 0, fromClient: 10);
        Paused.NoteSilence();
        Pass(1);
        Assert.False(Paused.IsUp);
        Answer(caught, 1);
        Pass(0.5);
        Assert.True(Paused.IsUp);
    }

    [Fact]
    public void Bytes_say_nothing_of_a_target_that_is_out_because_connects_fail()
    {
        var session = Open(target: 0, fromClient: 10);
        Paused.EndDial(DialOutcome.Refused, false);
        Paused.EndDial(DialOutcome.Refused, false);
        Paused.EndDial(DialOutcome.Refused, false);
        Answer(session, 1);
        Pass(1);
        Assert.False(Paused.IsUp);
    }

    [Fact]
    public void Changes_of_names_more_often_than_the_looks_do_not_put_them_off()
    {
        Open(target: 0, fromClient: 10);
        var sibling = Open(target: 1, fromClient: 10);
        for (var i = 1; i <= 40; i++)
        {
            Answer(sibling, i);
            _sweep.Follow(FirstByte);
            Pass(0.1);
        }

        Assert.False(Paused.IsUp);
    }

    /// <summary>Not at this moment alone: an ejection would have ended by now.</summary>
    private void AssertNeverOut() => Assert.Equal(0, _monitor.Apps.Single().Ejections.Value);

    private Session Trial()
    {
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.True(Paused.TryBeginDial(false, out var isTrial));
        Paused.EndDial(DialOutcome.Connected, isTrial);
        var session = Open(target: 0, fromClient: 10);
        session.IsTrial = isTrial;
        return session;
    }

    private Session Open(int target, long fromClient)
    {
        var state = _model.Apps[0].State.Group.Endpoints[target].State;
        var client = new FakeConnection(TcpEndpoint.FromIPv4(0x7f000001, 5001), TcpEndpoint.FromIPv4(0x0a000001, 50_000)) { Received = fromClient };
        var session = new Session(client, _model, _model.Apps[0], _time.GetTimestamp()) { Target = new FakeConnection(client.Local, state.Endpoint) };
        state.Load.TryEnter();
        session.SetPicked(_model.Apps[0].State.Group, target);
        _registry.Add(session);
        return session;
    }

    private static void Answer(Session session, long bytes) => ((FakeConnection)session.Target!).Received = bytes;

    private void End(Session session, TerminationReason reason = TerminationReason.Done)
    {
        SilenceSweep.NoteEnd(session, reason, _time);
        session.LeaveTarget();
        _registry.Remove(session);
    }

    private void Pass(double seconds)
    {
        for (var i = 0; i < seconds * 10; i++)
            _time.Advance(TimeSpan.FromSeconds(0.1));
    }
}
