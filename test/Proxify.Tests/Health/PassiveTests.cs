using Proxify.Health;
using static Proxify.Tests.Health.HealthBench;

namespace Proxify.Tests.Health;

/// <summary>What a target's sessions make of it.</summary>
public sealed class PassiveTests : IDisposable
{
    private readonly HealthBench _bench = new("a", "b") { Settings = Passive };

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void EjectAfter_refusals_in_a_row_eject()
    {
        _bench.Dial("a", DialOutcome.Refused, times: 2);
        _bench.Dial("a", DialOutcome.Connected);
        _bench.Dial("a", DialOutcome.Refused, times: 2);
        Assert.Equal("ab", _bench.Available);
        _bench.Dial("a", DialOutcome.Refused);
        Assert.Equal("b", _bench.Available);
    }

    [Fact]
    public void One_timeout_ejects()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        Assert.Equal("b", _bench.Available);
    }

    [Fact]
    public void What_says_nothing_of_the_target_does_not_eject()
    {
        _bench.Dial("a", DialOutcome.Undecided, times: 100);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void EjectAfter_of_zero_never_ejects()
    {
        _bench.Settings = Passive with { EjectAfter = 0 };
        _bench.Dial("a", DialOutcome.TimedOut, times: 100);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_target_that_is_no_longer_watched_is_available()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        var target = _bench["a"];
        _bench.Members = [.. _bench.Members.Where(m => m.Target != target)];
        Assert.True(target.Load.IsAvailable);
    }

    [Fact]
    public void FailureRate_ejects_when_enough_of_enough_connects_fail()
    {
        _bench.Settings = Passive with { EjectAfter = 0, FailureRate = 0.5, FailureTries = 10 };
        for (var i = 0; i < 4; i++)
        {
            _bench.Dial("a", DialOutcome.Refused);
            _bench.Dial("a", DialOutcome.Connected);
        }

        _bench.Dial("a", DialOutcome.Connected);
        Assert.Equal("ab", _bench.Available);
        _bench.Dial("a", DialOutcome.Refused);
        Assert.Equal("b", _bench.Available);
    }

    [Fact]
    public void FailureRate_forgets_what_is_older_than_its_window()
    {
        _bench.Settings = Passive with { EjectAfter = 0, FailureRate = 0.5, FailureTries = 10 };
        for (var i = 0; i < 100; i++)
        {
            _bench.Dial("a", DialOutcome.Refused);
            _bench.Pass(2);
        }

        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void When_its_time_is_over_one_session_tries_the_target_and_others_stay_away()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        _bench.Pass(9.9);
        Assert.Equal("b", _bench.Available);
        _bench.Pass(0.1);
        Assert.Equal("ab", _bench.Available);

        Assert.True(_bench["a"].TryBeginDial(false, out var isTrial));
        Assert.True(isTrial);
        Assert.Equal("b", _bench.Available);
        Assert.False(_bench["a"].TryBeginDial(false, out _));

        _bench["a"].EndDial(DialOutcome.Connected, isTrial);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_trial_that_fails_ejects_for_twice_the_time_up_to_EjectMax()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        foreach (var seconds in (double[])[10, 20, 40, 80, 160, 300, 300, 300])
        {
            _bench.Pass(seconds - 0.1);
            Assert.Equal("b", _bench.Available);
            _bench.Pass(0.1);
            Assert.Equal("ab", _bench.Available);
            _bench.Dial("a", DialOutcome.Refused);
            Assert.Equal("b", _bench.Available);
        }
    }

    [Fact]
    public void Any_number_of_trials_that_fail_eject_for_EjectMax_at_most()
    {
        _bench.Settings = Passive with { EjectFor = TimeSpan.FromDays(1), EjectMax = TimeSpan.FromDays(1) };
        _bench.Dial("a", DialOutcome.TimedOut);
        for (var i = 0; i < 40; i++)
        {
            _bench.Time.Advance(TimeSpan.FromDays(1));
            Assert.Equal("ab", _bench.Available);
            _bench.Dial("a", DialOutcome.Refused);
            Assert.Equal("b", _bench.Available);
        }
    }

    [Fact]
    public void A_trial_whose_client_leaves_makes_room_for_another()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        _bench.Pass(10);
        _bench.Dial("a", DialOutcome.Undecided);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_trial_that_fails_later_than_its_time_ejects_for_twice_the_time_too()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        var lasts = 10;
        for (var i = 0; i < 3; i++, lasts *= 2)
        {
            _bench.Pass(lasts);
            Assert.True(_bench["a"].TryBeginDial(false, out var isTrial) && isTrial);
            _bench.Pass(20);
            _bench["a"].EndDial(DialOutcome.TimedOut, isTrial);
            Assert.Equal(2 * lasts, _bench["a"].Record!.Ejection.Lasts.TotalSeconds);
        }
    }

    [Fact]
    public void A_trial_that_never_ends_makes_room_for_another_after_a_while()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        _bench.Pass(10);
        _bench["a"].TryBeginDial(false, out _);
        _bench.Pass(9.9);
        Assert.Equal("b", _bench.Available);
        _bench.Pass(0.1);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void Being_good_for_as_long_as_it_was_out_makes_the_next_ejection_a_first_one()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        _bench.Pass(10);
        _bench.Dial("a", DialOutcome.Refused);
        _bench.Pass(20);
        _bench.Dial("a", DialOutcome.Connected);
        _bench.Pass(19.9);
        _bench.Dial("a", DialOutcome.TimedOut);
        Assert.Equal(40, _bench["a"].Record!.Ejection.Lasts.TotalSeconds);

        _bench.Pass(40);
        _bench.Dial("a", DialOutcome.Connected);
        _bench.Pass(40);
        _bench.Dial("a", DialOutcome.TimedOut);
        Assert.Equal(10, _bench["a"].Record!.Ejection.Lasts.TotalSeconds);
    }

    [Fact]
    public void A_session_for_which_nothing_else_was_left_brings_a_target_back()
    {
        _bench.Dial("a", DialOutcome.TimedOut);
        Assert.True(_bench["a"].TryBeginDial(isLastResort: true, out var isTrial));
        _bench["a"].EndDial(DialOutcome.Connected, isTrial);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_dial_from_before_the_ejection_changes_nothing()
    {
        _bench["a"].TryBeginDial(false, out var isTrial);
        _bench.Dial("a", DialOutcome.TimedOut);
        _bench["a"].EndDial(DialOutcome.Connected, isTrial);
        Assert.Equal("b", _bench.Available);
    }

    [Fact]
    public void Rise_good_checks_end_an_ejection_early()
    {
        _bench.Settings = Both;
        _bench.Dial("a", DialOutcome.Refused, times: 3);
        _bench.Check("a", CheckResult.Good);
        Assert.Equal("b", _bench.Available);
        _bench.Check("a", CheckResult.Good);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void Checks_that_do_not_see_the_timeouts_of_sessions_are_believed_once()
    {
        _bench.Settings = Both;
        _bench.Dial("a", DialOutcome.TimedOut);
        _bench.Check("a", CheckResult.Good, times: 2);
        Assert.Equal("ab", _bench.Available);

        _bench.Dial("a", DialOutcome.TimedOut);
        _bench.Check("a", CheckResult.Good, times: 10);
        Assert.Equal("b", _bench.Available);

        _bench.Check("a", CheckResult.TimedOut);
        _bench.Check("a", CheckResult.Good, times: 2);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void Checks_of_another_place_are_believed_only_when_they_have_seen_the_trouble()
    {
        _bench.Settings = Both with { Check = new CheckSettings(Port: 8080) };
        _bench.Dial("a", DialOutcome.Refused, times: 3);
        _bench.Check("a", CheckResult.Good, times: 10);
        Assert.Equal("b", _bench.Available);
    }

    [Fact]
    public void A_silent_target_comes_back_by_no_plain_check()
    {
        _bench.Settings = Both with { FirstByte = TimeSpan.FromSeconds(1) };
        _bench["a"].NoteSilence();
        _bench.Check("a", CheckResult.Good, times: 10);
        Assert.Equal("b", _bench.Available);
        Assert.Equal(_bench["a"], Assert.Single(_bench.Down));
    }

    [Fact]
    public void A_silent_target_comes_back_by_checks_that_need_an_answer()
    {
        _bench.Settings = Both with { FirstByte = TimeSpan.FromSeconds(1), Check = new CheckSettings(Send: "PING"u8.ToArray(), Expect: "PONG"u8.ToArray()) };
        _bench["a"].NoteSilence();
        _bench.Check("a", CheckResult.Good, times: 2);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_silent_target_comes_back_when_its_trial_session_gets_an_answer_and_not_when_it_connects()
    {
        _bench.Settings = Both with { FirstByte = TimeSpan.FromSeconds(1) };
        _bench["a"].NoteSilence();
        _bench.Pass(10);
        Assert.Equal("ab", _bench.Available);
        _bench.Dial("a", DialOutcome.Connected);
        Assert.Equal("b", _bench.Available);

        _bench["a"].EndTrial(answered: true);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_silent_target_whose_trial_gets_no_answer_is_out_for_longer()
    {
        _bench.Settings = Both with { FirstByte = TimeSpan.FromSeconds(1) };
        _bench["a"].NoteSilence();
        _bench.Pass(10);
        _bench.Dial("a", DialOutcome.Connected);
        _bench["a"].EndTrial(answered: false);
        _bench.Pass(19.9);
        Assert.Equal("b", _bench.Available);
        _bench.Pass(0.1);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_silent_target_is_back_when_FirstByte_is_turned_off()
    {
        // Nobody would look at its trials any more.
        _bench.Settings = Passive with { FirstByte = TimeSpan.FromSeconds(1) };
        _bench["a"].NoteSilence();
        Assert.Equal("b", _bench.Available);

        _bench.Settings = Passive;

        Assert.Equal("ab", _bench.Available);
        _bench.Dial("a", DialOutcome.Connected, times: 2);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_target_that_refuses_stays_out_when_FirstByte_is_turned_off()
    {
        _bench.Settings = Passive with { FirstByte = TimeSpan.FromSeconds(1) };
        _bench.Dial("a", DialOutcome.Refused, times: 3);

        _bench.Settings = Passive;

        Assert.Equal("b", _bench.Available);
    }
}
