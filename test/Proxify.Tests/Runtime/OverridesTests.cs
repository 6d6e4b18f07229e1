using System.Net;
using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

/// <summary>What is changed at run time, on top of the config.</summary>
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

    [Fact]
    public void A_port_is_the_apps_until_it_is_taken_back()
    {
        Put(Config, Overrides.WithPort("b", 9));
        Assert.Equal("b", Owner(9));
        Assert.Equal([2], Config.Apps[1].Ports.Select(p => p.First));
        Assert.Contains(_runtime.Current.Endpoints, e => e.Port == 9);

        Put(Config, Overrides.WithoutPort("b", 9));
        Assert.Null(Owner(9));
        Assert.Equal(0, Overrides.Count);
    }

    [Fact]
    public void A_port_survives_a_reload_unless_the_config_has_it_or_has_the_app_no_more()
    {
        Put(Config, Overrides.WithPort("b", 9));
        Reload(Configured with { Ports = [1, 5] });
        Assert.Equal("b", Owner(9));

        var itsOwn = Config with { Apps = [Configured, App("b", [2, new PortRange(8, 10)], "10.0.0.1:1")] };
        Put(itsOwn, Overrides.On(itsOwn));
        Put(itsOwn with { Apps = [Configured, App("b", [2], "10.0.0.1:1")] }, Overrides);
        Assert.Null(Owner(9));

        Put(Config, Overrides.WithPort("b", 9));
        var withoutB = Config with { Apps = [Configured] };
        Put(withoutB, Overrides.On(withoutB));
        Put(withoutB with { Apps = [Configured, App("b", [2], "10.0.0.1:1")] }, Overrides);
        Assert.Null(Owner(9));
    }

    [Fact]
    public void A_port_that_leads_a_new_target_back_to_us_is_dropped_and_all_others_stay()
    {
        foreach (var port in (int[])[9, 10, 11, 12])
            Put(Config, Overrides.WithPort("b", port));
        Override("a", 0, 7);

        Assert.Equal(["b: port 11"], Dropped(Configured with { Targets = [.. Configured.Targets, Target("127.0.0.1:11")] }));

        Assert.Equal(["b", "b", null, "b"], ((ushort[])[9, 10, 11, 12]).Select(Owner));
        Assert.Equal([7, 1], Weights("a").Take(2));
    }

    [Fact]
    public void A_port_that_another_app_has_now_is_dropped_unless_the_two_can_share_it()
    {
        Put(Config, Overrides.WithPort("b", 9));
        Assert.Empty(Dropped(Configured with { Ports = [1, 9], ServerNames = ["a.test"] }));
        Assert.Equal(["a", "b"], _runtime.Current.Routes.Find(new TcpEndpoint(IPAddress.Loopback, 9))!.Apps.Select(app => app.Name).Order());

        Assert.Equal(["b: port 9"], Dropped(Configured with { Ports = [1, 9] }));
        Assert.Equal("a", Owner(9));
    }

    [Fact]
    public void Of_ports_that_are_the_same_without_the_addresses_that_told_them_apart_one_stays()
    {
        var (a, b) = (Configured with { Bind = [IPAddress.Parse("127.0.0.1")] }, Config.Apps[1] with { Bind = [IPAddress.Parse("127.0.0.2")] });
        Put(Config with { Apps = [a, b] }, Overrides.WithPort("b", 9).WithPort("a", 9));

        Assert.Equal(["b: port 9"], Dropped(Configured, b with { Bind = [] }));

        Assert.Equal("a", Owner(9));
    }

    [Fact]
    public void A_port_that_a_new_target_has_no_port_for_is_dropped()
    {
        Put(Config, Overrides.WithPort("a", 65_000).WithPort("a", 64_000));

        Assert.Equal(["a: port 65000"], Dropped(Configured with { Targets = [Target("10.0.0.1:+1000")], Health = new HealthConfig { Active = false } }));
    }

    [Fact]
    public void A_target_is_added_until_the_config_has_it_itself()
    {
        Put(Config, Overrides.WithTarget("b", Target("10.0.0.9:1") with { Weight = 5 }));
        Assert.Equal([1, 5], Weights("b"));
        Put(Config, Overrides.WithWeight("b", Target("10.0.0.9:1") with { Weight = 5 }, 2));
        Assert.Equal([1, 2], Weights("b"));

        Reload(Configured, App("b", [2], "10.0.0.1:1", "10.0.0.9:1"));
        Assert.Equal(0, Overrides.Count);
        Reload(Configured, App("b", [2], "10.0.0.1:1"));
        Assert.Equal([1], Weights("b"));
    }

    [Fact]
    public void A_target_is_taken_away_until_it_has_left_the_config()
    {
        Put(Config, Overrides.WithWeight("a", Configured.Targets[0], 7).WithoutTarget("a", "10.0.0.1:1"));
        Assert.Equal([1], Weights("a"));
        Reload(Configured with { Ports = [1, 5] });
        Assert.Equal([1], Weights("a"));

        Reload(Configured with { Targets = [Configured.Targets[1]] });
        Reload(Configured);
        Assert.Equal([3, 1], Weights("a"));
    }

    [Fact]
    public void An_added_target_that_is_taken_away_again_leaves_nothing()
    {
        Put(Config, Overrides.WithTarget("b", Target("10.0.0.9:1")).WithoutTarget("b", "10.0.0.9:1"));

        Assert.Equal(0, Overrides.Count);
    }

    [Fact]
    public void A_target_with_which_a_new_config_has_an_error_is_dropped_with_its_weight_and_no_port_for_it()
    {
        Put(Config, Overrides.WithTarget("b", Target("127.0.0.1:77")).WithPort("b", 9));
        Put(Config, Overrides.WithWeight("b", Target("127.0.0.1:77"), 4));

        Assert.Equal(["b: target 127.0.0.1:77"], Dropped(Configured with { Ports = [1, 77] }));

        Assert.Equal([1], Weights("b"));
        Assert.Equal("b", Owner(9));
        Assert.Equal(1, Overrides.Count);
    }

    [Fact]
    public void All_of_an_apps_targets_may_be_others_than_the_configs()
    {
        Put(Config, Overrides.WithTarget("b", Target("10.0.0.9:1")).WithoutTarget("b", "10.0.0.1:1"));

        Assert.Empty(Dropped(Configured with { Ports = [1, 5] }));

        Assert.Equal(["10.0.0.9:1"], _runtime.Current.Apps[1].Targets.Select(t => t.Address));
    }

    [Fact]
    public void An_app_that_is_paused_has_no_port_until_it_goes_on_or_has_left_the_config()
    {
        Put(Config, Overrides.WithPause("b", isPaused: true).WithPort("b", 9));
        Assert.Null(Owner(2));
        Assert.Null(Owner(9));
        Reload(Configured with { Ports = [1, 5] });
        Assert.Null(Owner(2));

        Put(Config, Overrides.WithPause("b", isPaused: false));
        Assert.Equal("b", Owner(2));
        Assert.Equal("b", Owner(9));

        Put(Config, Overrides.WithPause("b", isPaused: true));
        Put(Config with { Apps = [Configured] }, Overrides.On(Config with { Apps = [Configured] }));
        Assert.Equal(0, Overrides.Count);
    }

    private string[] Dropped(params AppConfig[] apps)
    {
        var config = Config with { Apps = apps.Length == 1 ? [apps[0], Config.Apps[1]] : apps };
        var dropped = new List<DroppedOverride>();
        Put(config, Overrides.On(config, ConfigValidator.Validate, dropped));
        Assert.Empty(ConfigValidator.Validate(Overrides.ApplyTo(Config)));
        return [.. dropped.Select(d => $"{d.App}: {d.What}")];
    }

    private ProxyConfig Config => _runtime.Current.Config;

    private Overrides Overrides => _runtime.Current.Overrides;

    private string? Owner(ushort port) => _runtime.Current.Routes.Find(new TcpEndpoint(IPAddress.Loopback, port))?.App.Name;

    private int[] Weights(string app) => [.. _runtime.Current.Apps.Single(a => a.Name == app).State.Group.Endpoints.Select(e => e.Weight)];

    private TargetGroup Override(string app, int target, int? weight)
    {
        var model = _runtime.Current;
        var configured = model.Config.Apps.Single(a => a.Name == app);
        Put(model.Config, model.Overrides.WithWeight(app, configured.Targets[target], weight));
        return _runtime.Current.Apps.Single(a => a.Name == app).State.Group;
    }

    private void Reload(AppConfig app, AppConfig? other = null)
    {
        var config = _runtime.Current.Config with { Apps = [app, other ?? _runtime.Current.Config.Apps[1]] };
        Put(config, _runtime.Current.Overrides.On(config));
    }

    private void Put(ProxyConfig config, Overrides overrides) => _runtime.PutInForce(ModelBuilder.Build(config, _runtime.Current, overrides));
}
