using Proxify.Health;
using static Proxify.Tests.Health.HealthBench;

namespace Proxify.Tests.Health;

/// <summary>When checks are made.</summary>
public sealed class CheckLoopTests
{
    private static readonly string[] Thousand = [.. Enumerable.Range(0, 1_000).Select(i => $"t{i}")];

    [Fact]
    public void First_checks_are_spread_over_the_interval()
    {
        using var bench = new HealthBench(Thousand) { Settings = Both };
        var perSecond = new List<int>();
        for (var second = 0; second < 5; second++)
        {
            var before = bench.Prober.Begun.Count;
            Run(bench, seconds: 1);
            perSecond.Add(bench.Prober.Begun.Count - before);
        }

        Assert.All(perSecond, count => Assert.InRange(count, 120, 280));
    }

    [Fact]
    public void Each_target_is_checked_once_an_interval_give_or_take_the_jitter()
    {
        using var bench = new HealthBench(Thousand) { Settings = Both };
        Run(bench, seconds: 100);

        var counts = bench.Prober.Begun.CountBy(t => t.Target).Select(c => c.Value).ToList();
        Assert.Equal(1_000, counts.Count);
        Assert.All(counts, count => Assert.InRange(count, 17, 23));
        Assert.True(counts.Distinct().Count() > 1); // without jitter each target would have exactly twenty
        Assert.InRange(bench.Prober.Begun.Count, 19_500, 20_700);
    }

    [Fact]
    public void While_the_status_is_changing_checks_come_at_the_fast_interval()
    {
        using var bench = new HealthBench("a") { Settings = Both };
        bench.Prober.OnBegin = _ => CheckResult.Unreachable;
        Run(bench, seconds: 5.8);
        var first = bench.Prober.Begun.Count;
        Run(bench, seconds: 10);

        Assert.InRange(bench.Prober.Begun.Count - first, 8, 12);
    }

    [Fact]
    public void A_target_that_has_been_out_for_a_minute_is_checked_at_the_ordinary_interval()
    {
        using var bench = new HealthBench("a") { Settings = Both };
        bench.Prober.OnBegin = _ => CheckResult.Unreachable;
        Run(bench, seconds: 70);
        var first = bench.Prober.Begun.Count;
        Run(bench, seconds: 50);

        Assert.InRange(bench.Prober.Begun.Count - first, 8, 12);
    }

    [Fact]
    public void An_ejected_targets_next_check_comes_after_half_the_fast_interval()
    {
        using var bench = new HealthBench("a", "b") { Settings = Both with { Interval = TimeSpan.FromHours(1) } };
        bench.Dial("a", DialOutcome.TimedOut);
        Run(bench, seconds: 1.8);

        Assert.Equal(2, bench.Prober.Begun.Count(t => t.Target == bench["a"]));
        Assert.True(bench["a"].IsUp);
    }

    [Fact]
    public void A_target_that_checks_find_down_is_checked_next_after_half_the_fast_interval()
    {
        using var bench = new HealthBench("a", "b") { Settings = Both };
        var at = new List<TimeSpan>();
        bench.Prober.OnBegin = task =>
        {
            if (task.Target.Name != "a")
                return CheckResult.Good;
            at.Add(bench.Time.GetElapsedTime(0));
            return CheckResult.Unreachable;
        };

        while (bench.Up.Contains('a'))
            bench.Pass(0.01);
        var down = at[^1];
        for (var before = at.Count; at.Count == before;)
            bench.Pass(0.01);

        Assert.InRange((at[^1] - down).TotalSeconds, 0.4, 0.6);
    }

    [Fact]
    public void A_check_under_way_is_never_joined_by_another_of_the_same_target()
    {
        using var bench = new HealthBench("a") { Settings = Both };
        bench.Prober.OnBegin = _ => null;
        Run(bench, seconds: 60);
        Assert.Single(bench.Prober.Begun);

        bench.Prober.Begun[0].Complete(CheckResult.Good);
        Run(bench, seconds: 6);
        Assert.Equal(2, bench.Prober.Begun.Count);
    }

    [Fact]
    public void No_more_checks_run_at_once_than_the_bound_and_none_is_forgotten()
    {
        const int Targets = CheckLoop.MostUnderWay + 500;
        using var bench = new HealthBench();
        bench.Monitor.Follow(Enumerable.Range(0, Targets).Chunk(CheckPlaces.Most)
            .Select((chunk, app) => ($"app{app}", Both, chunk.Select(i => new HealthMember(bench[$"t{i}"], true, false)).ToArray())));
        bench.Prober.OnBegin = _ => null;
        Run(bench, seconds: 6);
        Assert.Equal(CheckLoop.MostUnderWay, bench.Prober.Begun.Count);

        foreach (var task in bench.Prober.Begun.ToList())
            task.Complete(CheckResult.Good);
        Run(bench, seconds: 1);
        Assert.Equal(Targets, bench.Prober.Begun.Select(t => t.Target).Distinct().Count());
    }

    [Fact]
    public void Targets_of_an_app_that_all_hang_delay_no_other_apps_checks_and_are_all_checked()
    {
        const int Hanging = 3 * CheckPlaces.Most;
        using var bench = new HealthBench();
        var other = new HealthMember(bench["other"], true, false);
        bench.Prober.OnBegin = task => task.Target == other.Target ? CheckResult.Good : null;
        bench.Monitor.Follow(
            [("hanging", Both, [.. Enumerable.Range(0, Hanging).Select(i => new HealthMember(bench[$"t{i}"], true, false))]), ("other", Both, [other])]);

        Run(bench, seconds: 20);
        Assert.Equal(CheckPlaces.Most, bench.Prober.Begun.Count(t => t.Target != other.Target));
        Assert.InRange(bench.Prober.Begun.Count(t => t.Target == other.Target), 3, 6);

        for (var ended = 0; ended < Hanging; ended += CheckPlaces.Most)
        {
            foreach (var task in bench.Prober.Begun.Where(t => t.IsUnderWay).ToList())
                task.Complete(CheckResult.TimedOut);
            Run(bench, seconds: 1);
        }

        Assert.Equal(Hanging + 1, bench.Prober.Begun.Select(t => t.Target).Distinct().Count());
    }

    [Fact]
    public void Targets_that_are_gone_are_not_checked()
    {
        using var bench = new HealthBench("a", "b") { Settings = Both };
        bench.Members = [bench.Members[1]];
        Run(bench, seconds: 30);

        Assert.DoesNotContain(bench.Prober.Begun, t => t.Target == bench["a"]);
    }

    [Fact]
    public void Other_targets_of_an_app_leave_the_other_apps_as_they_are()
    {
        using var bench = new HealthBench("a", "b", "c") { Settings = Both };
        var other = new HealthMember(bench["other"], true, false);
        bench.Monitor.Follow([("app", Both, bench.Members), ("other", Both, [other])]);
        var members = bench.Monitor.Apps.Single(a => a.Name == "other").Members;

        var gone = bench.Monitor.Follow([("app", Both, [bench.Members[0]])]);
        Run(bench, seconds: 30);

        Assert.Equal([bench["b"], bench["c"]], gone.Select(g => g.Target));
        Assert.Same(members, bench.Monitor.Apps.Single(a => a.Name == "other").Members);
        Assert.Equal([bench["a"], bench["other"]], bench.Prober.Begun.Select(t => t.Target).Distinct().OrderBy(t => t.Name));
    }

    [Fact]
    public void Checks_that_are_turned_off_stop_and_begin_again_when_turned_on()
    {
        using var bench = new HealthBench("a") { Settings = Both };
        bench.Settings = Passive;
        Run(bench, seconds: 30);
        Assert.Empty(bench.Prober.Begun);

        bench.Settings = Both;
        Run(bench, seconds: 30);
        Assert.InRange(bench.Prober.Begun.Count, 4, 8);
    }

    [Fact]
    public void Frequent_reloads_neither_multiply_nor_starve_checks()
    {
        using var bench = new HealthBench("a") { Settings = Both };
        for (var i = 0; i < 1_000; i++)
        {
            bench.Follow();
            Run(bench, seconds: 0.1);
        }

        Assert.InRange(bench.Prober.Begun.Count, 17, 24);
    }

    [Fact]
    public void Another_port_and_address_are_where_a_check_goes()
    {
        using var bench = new HealthBench(
            "a")
        { Settings = Both with { Check = new CheckSettings(Address: System.Net.IPAddress.Parse("10.0.0.9"), Port: 80) } };
        Run(bench, seconds: 5);
        Assert.Equal("10.0.0.9:80", $"{bench.Prober.Begun[0].Endpoint}");
    }

    private static void Run(HealthBench bench, double seconds)
    {
        for (var i = 0; i < seconds * 50; i++)
            bench.Pass(0.02);
    }
}
