using System.Net;
using Proxify.Configuration;
using Proxify.Runtime;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

public sealed class ModelBuilderTests
{
    [Fact]
    public void Build_again_keeps_the_state_of_what_has_the_same_name()
    {
        var runtime = RuntimeOf(App("kept", [1], "127.0.0.1:1", "127.0.0.1:2"), App("gone", [2], "127.0.0.1:3"));
        var before = runtime.Current;
        var endpoints = before.Apps[0].State.Group.Endpoints;

        var after = runtime.Apply(new ProxyConfig { Apps = [App("new", [2], "127.0.0.1:3"), App("kept", [9], "127.0.0.1:4", "127.0.0.1:2")] });

        Assert.Same(before.Apps[0].State, after.Apps[1].State);
        Assert.Same(endpoints[1].State, after.Apps[1].State.Group.Endpoints[1].State);
        Assert.DoesNotContain(endpoints[0].State, after.Apps[1].State.Group.Endpoints.Select(t => t.State));
        Assert.NotSame(before.Apps[1].State, after.Apps[0].State);
    }

    [Fact]
    public void Build_takes_each_timeout_from_the_app_then_the_proxy_then_the_defaults()
    {
        var app = App("a", [1], "127.0.0.1:1") with { Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromSeconds(1) } };
        var model = ModelBuilder.Build(
            new ProxyConfig { Apps = [app], Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromSeconds(2), Idle = TimeSpan.FromSeconds(3) } }, null);

        var timeouts = model.Apps[0].Timeouts;
        Assert.Equal(TimeSpan.FromSeconds(1), timeouts.Connect);
        Assert.Equal(TimeSpan.FromSeconds(3), timeouts.Relay.Idle);
        Assert.Equal(TimeSpan.FromHours(1), timeouts.Relay.HalfClose);
        Assert.Null(timeouts.Relay.Liveness);
        Assert.Equal(TimeSpan.FromSeconds(30), timeouts.Drain);
    }

    [Fact]
    public void Build_takes_the_liveness_of_peers_from_the_timeouts()
    {
        var app = App("a", [1], "127.0.0.1:1") with { Timeouts = new TimeoutsConfig { Unacknowledged = TimeSpan.FromSeconds(20) } };
        var model = ModelBuilder.Build(new ProxyConfig { Apps = [app], Timeouts = new TimeoutsConfig { KeepAlive = TimeSpan.FromSeconds(7) } }, null);

        var liveness = model.Apps[0].Timeouts.Relay.Liveness!;
        Assert.Equal((7, 15, 20), (liveness.KeepAlive.TotalSeconds, liveness.KeepAliveInterval.TotalSeconds, liveness.Unacknowledged.TotalSeconds));
    }

    [Fact]
    public void Build_gives_dials_and_checks_the_source_and_keeps_what_says_the_same()
    {
        var addresses = App("a", [1], "10.0.0.1:1") with { Source = Addresses() };
        var transparent = App("b", [2], "10.0.0.1:1") with { Source = DialSourceConfig.Client };
        var before = ModelOf(addresses, transparent);
        var after = ModelBuilder.Build(new ProxyConfig { Apps = [addresses with { Source = Addresses() }, transparent] }, before);

        Assert.Equal("127.0.0.16/28", $"{before.Apps[0].Source}");
        Assert.Same(before.Apps[0].Source, before.Apps[0].Health.Check!.Source);
        Assert.Equal((true, null), (before.Apps[1].Source!.IsClient, before.Apps[1].Health.Check!.Source));
        Assert.Same(before.Apps[0].Source, after.Apps[0].Source);
        Assert.Equal(before.Apps, after.Apps);

        static DialSourceConfig Addresses() => DialSourceConfig.Of(IPNetwork.Parse("127.0.0.16/28"));
    }

    [Fact]
    public void Endpoints_are_one_per_port_and_bound_address()
    {
        var bound = App("a", [new PortRange(10, 12)], "127.0.0.1:1") with { Bind = [IPAddress.Loopback, IPAddress.IPv6Loopback] };

        var model = ModelOf(bound, App("b", [20], "127.0.0.1:1"));

        Assert.Equal(7, model.Endpoints.Length);
        Assert.True(model.Endpoints[6].IsAny);
    }

    [Fact]
    public void DefaultApp_is_what_the_config_says()
    {
        var apps = new[] { App("a", [5001], "127.0.0.1:1"), App("b", [5002], "127.0.0.1:2") };
        ProxyModel Build(DefaultAppConfig choice, ProxyModel? previous = null) =>
            ModelBuilder.Build(new ProxyConfig { Apps = apps, DefaultApp = choice }, previous);

        var pool = Build(DefaultAppConfig.AllTargets);
        Assert.Equal(2, new ProxyRuntime(pool).Current.DefaultApp?.State.Group.Endpoints.Length);
        Assert.Same(pool.DefaultApp?.State, Build(DefaultAppConfig.AllTargets, pool).DefaultApp?.State);
        Assert.Equal("b", Build(DefaultAppConfig.App("b")).DefaultApp?.Name);
        Assert.Null(Build(DefaultAppConfig.Refuse).DefaultApp);
    }
    [Fact]
    public void An_app_that_is_named_like_the_pool_is_not_the_pool()
    {
        var config = new ProxyConfig
        {
            Apps = [App(ModelBuilder.EveryApp, [5001], "127.0.0.1:1"), App("b", [5002], "127.0.0.1:2")],
            DefaultApp = DefaultAppConfig.App(ModelBuilder.EveryApp)
        };
        var runtime = new ProxyRuntime(ModelBuilder.Build(config, null));

        var after = runtime.Apply(config with { DefaultApp = DefaultAppConfig.AllTargets });

        Assert.NotSame(after.DefaultApp?.State, after.Apps[0].State);
        Assert.Single(after.Apps[0].State.Group.Endpoints);
    }
}
