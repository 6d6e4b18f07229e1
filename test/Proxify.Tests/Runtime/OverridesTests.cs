using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Runtime;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

/// <summary>Weights that are changed at run time, on top of the config.</summary>
public sealed class OverridesTests
{
    private static readonly AppConfig Configured = App("a", [1]) with { Targets = [Target("10.0.0.1:1") with { Weight = 3 }, Target("10.0.0.2:1")] };

    private readonly ProxyRuntime _runtime = RuntimeOf(Configured, App("b", [2], "10.0.0.1:1"));

    [Fact]
    public void A_weight_is_that_of_its_target_in_its_app_alone()
    {
        Override("a", 0, 7);

        Assert.Equal([7, 1], Weights("a"));
        Assert.Equal([1], Weights("b"));
        Assert.Equal([3, 1], _runtime.Current.Config.Apps[0].Targets.Select(t => t.Weight));
    }

    [Fact]
    public void A_target_of_weight_0_is_picked_no_more_and_stays_in_the_group()
    {
        var group = Override("a", 0, 0);

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal(1, group.Balancer.Pick(default, default)));
        Assert.Equal(2, group.Endpoints.Length);
    }

    [Fact]
    public void An_app_whose_targets_are_all_drained_has_nobody_to_pick()
    {
        Override("a", 0, 0);

        Assert.Equal(Balancer.None, Override("a", 1, 0).Balancer.Pick(default, default));
    }

    [Fact]
    public void A_weight_that_is_taken_back_is_the_configs_again()
    {
        Override("a", 0, 7);

        Override("a", 0, null);

        Assert.Equal([3, 1], Weights("a"));
        Assert.Equal(0, _runtime.Current.Overrides.Count);
    }

    [Fact]
    public void A_reload_that_says_nothing_new_of_the_target_keeps_its_weight()
    {
        Override("a", 0, 7);

        Reload(Configured with { Ports = [1, 5], Targets = [Configured.Targets[1] with { Weight = 9 }, Configured.Targets[0]] });

        Assert.Equal([9, 7], Weights("a"));
    }

    [Fact]
    public void A_reload_in_which_the_targets_own_weight_is_another_ends_the_override_for_good()
    {
        Override("a", 0, 7);

        Reload(Configured with { Targets = [Configured.Targets[0] with { Weight = 4 }, Configured.Targets[1]] });
        Assert.Equal([4, 1], Weights("a"));

        Reload(Configured);
        Assert.Equal([3, 1], Weights("a"));
    }

    [Fact]
    public void A_reload_without_the_target_ends_the_override_for_good()
    {
        Override("a", 0, 7);

        Reload(Configured with { Targets = [Configured.Targets[1]] });
        Reload(Configured);

        Assert.Equal([3, 1], Weights("a"));
    }

    private int[] Weights(string app) => [.. _runtime.Current.Apps.Single(a => a.Name == app).State.Group.Endpoints.Select(e => e.Weight)];

    private TargetGroup Override(string app, int target, int? weight)
    {
        var model = _runtime.Current;
        var configured = model.Config.Apps.Single(a => a.Name == app);
        Put(model.Config, model.Overrides.WithWeight(app, configured.Targets[target], weight));
        return _runtime.Current.Apps.Single(a => a.Name == app).State.Group;
    }

    private void Reload(AppConfig app)
    {
        var config = _runtime.Current.Config with { Apps = [app, _runtime.Current.Config.Apps[1]] };
        Put(config, _runtime.Current.Overrides.On(config));
    }

    private void Put(ProxyConfig config, Overrides overrides) => _runtime.PutInForce(ModelBuilder.Build(config, _runtime.Current, overrides));
}
