using Proxify.Health;
using static Proxify.Tests.Health.HealthBench;

namespace Proxify.Tests.Health;

/// <summary>What active checks make of a target.</summary>
public sealed class ActiveTests : IDisposable
{
    private readonly HealthBench _bench = new("a", "b") { Settings = Both };

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void A_target_is_up_before_its_first_check() => Assert.Equal("ab", _bench.Available);

    [Fact]
    public void Fall_bad_checks_in_a_row_take_a_target_down()
    {
        _bench.Check("a", CheckResult.Unreachable, times: 2);
        _bench.Check("a", CheckResult.Good);
        _bench.Check("a", CheckResult.TimedOut, times: 2);
        Assert.Equal("ab", _bench.Available);

        _bench.Check("a", CheckResult.BadAnswer);

        Assert.Equal("b", _bench.Available);
        Assert.Equal(_bench["a"], Assert.Single(_bench.Down));
    }

    [Fact]
    public void Rise_good_checks_in_a_row_bring_it_up()
    {
        _bench.Check("a", CheckResult.Unreachable, times: 3);
        _bench.Check("a", CheckResult.Good);
        _bench.Check("a", CheckResult.Unreachable);
        _bench.Check("a", CheckResult.Good);
        Assert.Equal("b", _bench.Available);

        _bench.Check("a", CheckResult.Good);

        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void Who_comes_back_starts_slowly_and_who_was_never_gone_does_not()
    {
        _bench.Settings = Both with { SlowStart = TimeSpan.FromSeconds(30) };
        foreach (var name in (string[])["a", "b"])
            Assert.True(_bench[name].Load.TryEnter());

        _bench.Check("a", CheckResult.Unreachable, times: 3);
        _bench.Check("a", CheckResult.Good, times: 2);
        _bench.Check("b", CheckResult.Good, times: 2);

        Assert.Equal((10, 1), (_bench["a"].Load.EffectiveSessions, _bench["b"].Load.EffectiveSessions));
        _bench.Pass(30);
        Assert.Equal(1, _bench["a"].Load.EffectiveSessions);
    }

    [Fact]
    public void A_check_that_this_machine_could_not_make_says_nothing()
    {
        _bench.Check("a", CheckResult.Unreachable, times: 2);
        _bench.Check("a", CheckResult.NotMade, times: 10);
        Assert.Equal("ab", _bench.Available);
        _bench.Check("a", CheckResult.Unreachable);
        Assert.Equal("b", _bench.Available);
    }

    [Fact]
    public void Each_change_is_one_line()
    {
        _bench.Check("a", CheckResult.Unreachable, times: 30);
        _bench.Check("a", CheckResult.Good, times: 30);

        Assert.Equal(["TargetDown", "TargetUp"], _bench.Log.Events.Select(e => e.Split(' ')[0]));
    }

    [Fact]
    public void A_target_that_flaps_five_times_a_second_for_an_hour_gets_a_burst_of_lines_and_then_one_in_ten_seconds()
    {
        _bench.Settings = Both with { Rise = 1, Fall = 1 };
        for (var i = 0; i < 5 * 3_600; i++)
        {
            _bench.Check("a", i % 2 == 0 ? CheckResult.Unreachable : CheckResult.Good);
            _bench.Pass(0.2);
        }

        var lines = _bench.Log.Events.Where(e => e.Contains("Target a", StringComparison.Ordinal)).ToList();
        Assert.InRange(lines.Count, 360, 360 + HealthLog.Burst);
        Assert.Contains("(49 changes", lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_reload_keeps_what_is_known_and_applies_new_settings()
    {
        _bench.Check("a", CheckResult.Unreachable, times: 3);
        _bench.Settings = Both with { Rise = 1 };
        Assert.Equal("b", _bench.Available);
        _bench.Check("a", CheckResult.Good);
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void Turning_checks_off_forgets_what_they_said()
    {
        _bench.Check("a", CheckResult.Unreachable, times: 3);
        _bench.Settings = Passive;
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void A_target_that_leaves_the_config_is_told_of_and_no_longer_watched()
    {
        var gone = _bench.Monitor.Follow([("app", Both, [_bench.Members[1]])]);

        Assert.Equal(_bench["a"], Assert.Single(gone).Target);
        _bench.Check("a", CheckResult.Unreachable, times: 3);
        Assert.True(_bench["a"].Load.IsAvailable);
    }
}
