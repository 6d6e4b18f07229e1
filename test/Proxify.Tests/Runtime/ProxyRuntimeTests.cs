using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Tests.Resolution;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

/// <summary>What a change of the model changes, and what follows it is told.</summary>
public sealed class ProxyRuntimeTests
{
    private readonly ChangeLog _changes = new();
    private readonly ProxyRuntime _runtime;

    public ProxyRuntimeTests() => _runtime = new ProxyRuntime(ModelOf(A, B), _changes);

    private static AppConfig A => App("a", [1, 2], "10.0.0.1:1", "db.internal:5");

    private static AppConfig B => App("b", [3], "10.0.0.2:1");

    private RuntimeChange Last => _changes.Changes[^1];

    [Fact]
    public void A_reload_that_changes_nothing_says_so()
    {
        _runtime.Apply(new ProxyConfig { Apps = [A, B] });

        Assert.Equal("", Told(Last));
        Assert.Same(_runtime.Current, Last.Model);
    }

    [Fact]
    public void A_reload_tells_which_apps_are_new_other_and_gone()
    {
        _runtime.Apply(new ProxyConfig { Apps = [A, B with { Balancing = BalancingPolicy.First }, App("c", [4], "10.0.0.3:1")] });
        Assert.Equal("added c, changed b", Told(Last));

        _runtime.Apply(new ProxyConfig { Apps = [A with { Targets = [Target("10.0.0.1:1")] }, App("c", [4], "10.0.0.3:1")] });
        Assert.Equal("changed a, removed b", Told(Last));
    }

    [Fact]
    public void What_is_said_for_all_apps_changes_those_that_do_not_say_it_themselves()
    {
        var own = B with { Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromSeconds(1) } };
        _runtime.Apply(new ProxyConfig { Apps = [A, own] });

        _runtime.Apply(new ProxyConfig { Apps = [A, own], Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromSeconds(2) } });

        Assert.Equal("changed a", Told(Last));
    }

    [Fact]
    public void An_answer_tells_which_apps_have_other_endpoints_and_the_same_answer_nothing()
    {
        _runtime.Current.Apps[0].Targets[1].Name!.Take(Answers.Of("10.0.0.9"), _runtime.TakeAnswer);
        _runtime.Current.Apps[0].Targets[1].Name!.Take(Answers.Of("10.0.0.9"), _runtime.TakeAnswer);

        Assert.Equal("regrouped a", Told(Assert.Single(_changes.Changes)));
    }

    [Fact]
    public void A_change_whose_followers_fail_is_taken_back_whole_and_they_are_told()
    {
        var before = _runtime.Current;
        var b = before.Apps[1].State.Group;
        _changes.OnNext = _ =>
        {
            Assert.NotSame(before, _runtime.Current);
            throw new InvalidOperationException("a defect");
        };

        Assert.Throws<InvalidOperationException>(() => _runtime.Apply(new ProxyConfig
        {
            Apps = [A with { Targets = [Target("10.0.0.8:1")], Limits = new AppLimitsConfig { Sessions = 5 } }, App("c", [4], "10.0.0.3:1")],
            Limits = new ProxyLimitsConfig { Sessions = 7 },
        }));

        Assert.Same(before, _runtime.Current);
        Assert.Equal(["added c, changed a, removed b", "added b, changed a, removed c"], _changes.Changes.Select(Told));
        Assert.Equal("10.0.0.1:1", $"{Assert.Single(before.Apps[0].State.Group.Endpoints).State}");
        Assert.Same(b, before.Apps[1].State.Group);
        Assert.Equal(int.MaxValue, before.State.Sessions.Limit);
        Assert.Equal(int.MaxValue, before.Apps[0].State.Sessions.Limit);
    }

    private static string Told(RuntimeChange change) =>
        string.Join(", ", new[] { ("added", change.Added), ("changed", change.Changed), ("removed", change.Removed), ("regrouped", change.Regrouped) }
            .SelectMany(list => list.Item2.Select(app => $"{list.Item1} {app.Name}")));
}
