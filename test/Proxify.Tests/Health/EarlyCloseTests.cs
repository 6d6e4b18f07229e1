using Proxify.Health;
using static Proxify.Tests.Health.HealthBench;

namespace Proxify.Tests.Health;

/// <summary>Targets that accept sessions and end them without a byte.</summary>
public sealed class EarlyCloseTests : IDisposable
{
    private readonly HealthBench _bench = new("a", "b") { Settings = Passive with { EarlyClose = TimeSpan.FromSeconds(1) } };

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Three_in_a_row_eject_although_each_has_connected()
    {
        Serve(false, times: 2);
        Assert.Equal("ab", _bench.Up);
        Serve(false);
        Assert.Equal("b", _bench.Up);
        Assert.Contains(_bench.Log.Events, static e => e.Contains("it ends sessions without having sent a byte", StringComparison.Ordinal));
    }

    [Fact]
    public void A_session_as_it_should_be_begins_the_row_anew_and_one_whose_client_left_says_nothing()
    {
        Serve(false, times: 2);
        Serve(null);
        Serve(true);
        Serve(false, times: 2);
        Assert.Equal("ab", _bench.Up);
        Serve(null);
        Serve(false);
        Assert.Equal("b", _bench.Up);
    }

    [Fact]
    public void They_count_for_the_failure_rate_and_not_as_connects_that_succeeded()
    {
        _bench.Settings = _bench.Settings with { EjectAfter = 0, FailureRate = 0.9, FailureTries = 10 };
        Serve(false, times: 9);
        Assert.Equal("ab", _bench.Up);
        Serve(false);
        Assert.Equal("b", _bench.Up);
    }

    [Fact]
    public void A_trial_that_connects_is_decided_by_its_end()
    {
        Serve(false, times: 3);
        _bench.Pass(10);
        Serve(false);
        Assert.Equal("b", _bench.Up);

        _bench.Pass(19.9);
        Assert.Equal("b", _bench.Up);
        _bench.Pass(0.1);
        Serve(true);
        Assert.True(_bench["a"].IsBack);
    }

    [Fact]
    public void A_trial_that_goes_on_brings_the_target_back()
    {
        Serve(false, times: 3);
        _bench.Pass(10);
        Assert.True(_bench["a"].TryBeginDial(isLastResort: false, out var isTrial));
        _bench["a"].EndDial(DialOutcome.Connected, isTrial);
        _bench.Pass(0.9);
        Assert.False(_bench["a"].IsBack);

        _bench.Pass(0.1);

        Assert.True(_bench["a"].IsBack);
    }

    [Fact]
    public void Those_who_connect_as_a_last_resort_do_not_put_off_the_end_of_a_trial()
    {
        Serve(false, times: 3);
        _bench.Pass(10);
        for (var i = 0; i < 2; i++)
        {
            Assert.True(_bench["a"].TryBeginDial(isLastResort: true, out var isTrial));
            _bench["a"].EndDial(DialOutcome.Connected, isTrial);
            Assert.False(_bench["a"].IsBack);
            _bench.Pass(0.5);
        }

        Assert.True(_bench["a"].IsBack);
    }

    [Fact]
    public void Plain_checks_do_not_bring_it_back_and_those_that_need_an_answer_do()
    {
        _bench.Settings = _bench.Settings with { Check = new CheckSettings() };
        Serve(false, times: 3);
        _bench.Check("a", CheckResult.Good, times: 10);
        Assert.Equal("b", _bench.Up);

        _bench.Settings = _bench.Settings with { Check = new CheckSettings(Expect: "x"u8.ToArray()) };
        _bench.Check("a", CheckResult.Good, times: 2);
        Assert.Equal("ab", _bench.Up);
    }

    [Fact]
    public void It_is_back_when_the_option_is_turned_off()
    {
        Serve(false, times: 3);

        _bench.Settings = Passive;

        Assert.Equal("ab", _bench.Up);
    }

    private void Serve(bool? good, int times = 1)
    {
        for (var i = 0; i < times; i++)
        {
            Assert.True(_bench["a"].TryBeginDial(isLastResort: false, out var isTrial));
            _bench["a"].EndDial(DialOutcome.Connected, isTrial);
            _bench["a"].EndSession(good, isTrial);
        }
    }
}
