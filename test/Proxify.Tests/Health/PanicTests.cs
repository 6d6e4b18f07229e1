using Proxify.Health;
using static Proxify.Tests.Health.HealthBench;

namespace Proxify.Tests.Health;

/// <summary>Who may be picked when few or none are up.</summary>
public sealed class PanicTests : IDisposable
{
    private readonly HealthBench _bench = new("a", "b", "c", "d") { Settings = Passive };

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void With_none_up_all_are_used()
    {
        Eject("a", "b", "c");
        Assert.Equal("d", _bench.Available);
        Eject("d");
        Assert.Equal("abcd", _bench.Available);
        Assert.Equal("", _bench.Up);
        Assert.Contains(_bench.Log.Events, e => e.StartsWith("Panic App app has 0 of 4", StringComparison.Ordinal));
    }

    [Fact]
    public void A_first_answer_of_names_ends_no_panic()
    {
        using var bench = new HealthBench { Settings = Passive };
        bench.Members = [new HealthMember(bench["a"], true, false), new HealthMember(bench["b"], true, false)];
        Assert.Empty(bench.Log.Events);
    }

    [Fact]
    public void With_all_drained_nobody_panics()
    {
        _bench.Members = [.. _bench.Members.Select(m => m with { TakesSessions = false })];
        Assert.Empty(_bench.Log.Events);
    }

    [Fact]
    public void A_panic_is_over_when_a_target_is_back_and_not_when_all_are_drained()
    {
        Eject("a", "b", "c", "d");
        var members = _bench.Members;
        _bench.Members = [.. members.Select(m => m with { TakesSessions = false })];
        Assert.DoesNotContain(_bench.Log.Events, IsOver);

        _bench.Members = members;
        Assert.Equal("abcd", _bench.Available);
        _bench.Dial("b", DialOutcome.Connected);
        Assert.Single(_bench.Log.Events, IsOver);

        static bool IsOver(string line) => line.StartsWith("PanicOver", StringComparison.Ordinal);
    }

    [Fact]
    public void With_one_up_again_it_alone_is_used()
    {
        Eject("a", "b", "c", "d");
        _bench.Dial("b", DialOutcome.Connected);
        Assert.Equal("b", _bench.Available);
        Assert.Contains(_bench.Log.Events, e => e.StartsWith("PanicOver", StringComparison.Ordinal));
    }

    [Fact]
    public void PanicBelow_uses_all_when_a_smaller_share_is_up()
    {
        _bench.Settings = Passive with { PanicBelow = 0.5 };
        Eject("a", "b");
        Assert.Equal("cd", _bench.Available);
        Eject("c");
        Assert.Equal("abcd", _bench.Available);
    }

    [Fact]
    public void Backups_come_before_panic_and_are_left_out_of_the_share()
    {
        _bench.Settings = Passive with { PanicBelow = 0.6 };
        _bench.Members = [Member("a"), Member("b"), Member("c", isBackup: true), Member("d", isBackup: true)];

        Eject("c");
        Assert.Equal("abd", _bench.Available);
        Eject("a");
        Assert.Equal("abd", _bench.Available);
        Eject("b");
        Assert.Equal("d", _bench.Available);
        Eject("d");
        Assert.Equal("abcd", _bench.Available);
    }

    [Fact]
    public void Targets_that_take_no_sessions_do_not_count()
    {
        _bench.Members = [Member("a"), Member("b") with { TakesSessions = false }];
        Eject("a");
        Assert.Equal("ab", _bench.Available);
    }

    [Fact]
    public void An_apps_only_target_is_used_whatever_is_known_of_it_and_nobody_speaks_of_panic()
    {
        _bench.Members = [Member("a")];
        Eject("a");
        Assert.Equal("a", _bench.Available);
        Assert.DoesNotContain(_bench.Log.Events, e => e.StartsWith("Panic", StringComparison.Ordinal));
    }

    private HealthMember Member(string name, bool isBackup = false) => new(_bench[name], TakesSessions: true, isBackup);

    private void Eject(params string[] names)
    {
        foreach (var name in names)
            _bench.Dial(name, DialOutcome.TimedOut);
    }
}
