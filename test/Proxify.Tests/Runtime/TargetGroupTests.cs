using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Runtime;
using Proxify.Tests.Resolution;
using Proxify.Transport;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

/// <summary>The endpoints of apps while names change and configs are reloaded.</summary>
public sealed class TargetGroupTests
{
    private readonly ProxyRuntime _runtime = RuntimeOf(App("a", [1], "10.0.0.1:1", "db.internal:5"), App("b", [2], "DB.internal:6"));

    private AppModel A => _runtime.Current.Apps[0];

    private void Answer(params string[] addresses) => A.Targets[1].Name!.Take(Answers.Of(addresses), _runtime.TakeAnswer);

    private static string[] Endpoints(AppModel app) => [.. app.State.Group.Endpoints.Select(e => $"{e.State.Endpoint}")];

    private void Reload(params AppConfig[] apps) => _runtime.Apply(_runtime.Current.Config with { Apps = apps });

    [Fact]
    public void A_name_has_no_endpoint_before_its_answer_and_then_one_for_each_address_in_every_app_and_the_pool()
    {
        Assert.Equal(["10.0.0.1:1"], Endpoints(A));
        Assert.Single(A.State.Group.Unanswered);

        Answer("10.0.0.3", "10.0.0.2");

        Assert.Equal(["10.0.0.1:1", "10.0.0.2:5", "10.0.0.3:5"], Endpoints(A));
        Assert.Equal(["10.0.0.2:6", "10.0.0.3:6"], Endpoints(_runtime.Current.Apps[1]));
        Assert.Equal([.. Endpoints(A), .. Endpoints(_runtime.Current.Apps[1])], Endpoints(_runtime.Current.DefaultApp!));
        Assert.Empty(A.State.Group.Unanswered);
        Assert.Empty(_runtime.Current.DefaultApp!.State.Group.Unanswered);
    }

    [Fact]
    public void A_pool_that_is_made_between_an_answer_and_its_taking_up_still_waits_for_the_name()
    {
        var wasWaitedFor = false;

        A.Targets[1].Name!.Take(Answers.Of("10.0.0.2"), name =>
        {
            wasWaitedFor = _runtime.Current.DefaultApp!.State.Group.Unanswered.SequenceEqual([name]);
            _runtime.TakeAnswer(name);
        });

        Assert.True(wasWaitedFor);
        Assert.Empty(_runtime.Current.DefaultApp!.State.Group.Unanswered);
        Assert.Equal(3, _runtime.Current.DefaultApp.State.Group.Endpoints.Length);
    }

    [Fact]
    public void The_pool_shares_the_apps_states()
    {
        Answer("10.0.0.2");

        Assert.Equal(_runtime.Current.Apps.SelectMany(a => a.State.Group.Endpoints).Select(e => e.State),
            _runtime.Current.DefaultApp!.State.Group.Endpoints.Select(e => e.State));
    }

    [Fact]
    public void Each_address_has_the_whole_weight_of_its_target_and_is_a_backup_where_the_target_is()
    {
        Reload(App("a", [1]) with { Targets = [Target("10.0.0.1:1"), Target("db.internal:5") with { Weight = 7, Backup = true }] });

        Answer("10.0.0.2", "10.0.0.3");

        Assert.Equal([(1, false), (7, true), (7, true)], A.State.Group.Endpoints.Select(e => (e.Weight, e.IsBackup)));
    }

    [Fact]
    public void A_services_ports_weights_and_priorities_hold_except_against_a_weight_of_0()
    {
        Reload(App("a", [1]) with
        {
            Targets = [new TargetConfig("_a._tcp.x") { Weight = 9 }, new TargetConfig("_b._tcp.x") { Weight = 0 }],
        });
        foreach (var (target, number) in A.Targets.Zip([1, 2]))
        {
            target.Name!.Take(
                new NameAnswer([new(TcpEndpoint.FromIPv4(0x0a000000, (ushort)number), 3),
                    new(TcpEndpoint.FromIPv4(0x0a000001, (ushort)number), 1, IsBackup: true)], TimeSpan.Zero), _runtime.TakeAnswer);
        }

        Assert.Equal(
            [("10.0.0.0:1", 3, false), ("10.0.0.1:1", 1, true), ("10.0.0.0:2", 0, false), ("10.0.0.1:2", 0, true)],
            A.State.Group.Endpoints.Select(e => ($"{e.State.Endpoint}", e.Weight, e.IsBackup)));
    }

    [Fact]
    public void A_host_and_a_service_of_the_same_name_are_two_names()
    {
        Reload(App("a", [1]) with { Targets = ["_a.x", Target("_a.x:1")] });

        Assert.NotSame(A.Targets[0].Name, A.Targets[1].Name);
        Assert.Equal([true, false], A.Targets.Select(t => t.Name!.IsService));
    }

    [Fact]
    public void An_address_that_stays_keeps_its_state_when_others_come_and_go()
    {
        Answer("10.0.0.2", "10.0.0.3");
        var stays = A.State.Group.Endpoints[2].State;

        Answer("10.0.0.3", "10.0.0.4");

        Assert.Same(stays, A.State.Group.Endpoints[1].State);
        Assert.Equal(["10.0.0.1:1", "10.0.0.3:5", "10.0.0.4:5"], Endpoints(A));
    }

    [Fact]
    public void An_address_that_comes_back_finds_its_state_only_if_that_still_has_sessions()
    {
        Answer("10.0.0.2", "10.0.0.3");
        var (busy, idle) = (A.State.Group.Endpoints[1].State, A.State.Group.Endpoints[2].State);
        Assert.True(busy.Load.TryEnter());

        Answer("10.0.0.4");
        Answer("10.0.0.2", "10.0.0.3");

        Assert.Same(busy, A.State.Group.Endpoints[1].State);
        Assert.NotSame(idle, A.State.Group.Endpoints[2].State);
    }

    [Fact]
    public void The_same_answer_leaves_group_and_balancer_as_they_are()
    {
        Answer("10.0.0.2", "10.0.0.3");
        var group = A.State.Group;

        Answer("10.0.0.3", "10.0.0.2");
        Answer();

        Assert.Same(group, A.State.Group);
    }

    [Fact]
    public void An_answer_that_brings_nothing_new_makes_no_new_balancer()
    {
        Reload(App("a", [1], "10.0.0.2:5", "db.internal:5"));
        var group = A.State.Group;

        Answer("10.0.0.2");

        Assert.NotSame(group, A.State.Group);
        Assert.Same(group.Balancer, A.State.Group.Balancer);
    }

    [Fact]
    public void An_app_whose_names_have_not_changed_keeps_its_group()
    {
        Reload(App("a", [1], "10.0.0.1:1", "db.internal:5"), App("other", [3], "10.0.0.9:1"));
        var other = _runtime.Current.Apps[1].State.Group;

        Answer("10.0.0.2");

        Assert.Same(other, _runtime.Current.Apps[1].State.Group);
    }

    [Fact]
    public void A_reload_keeps_answers_and_states_for_what_is_still_there()
    {
        Answer("10.0.0.2");
        var (name, state) = (A.Targets[1].Name, A.State.Group.Endpoints[1].State);

        Reload(App("a", [1], "db.internal:5", "10.0.0.7:1"), App("new", [3], "db.internal:7"));

        Assert.Same(name, A.Targets[0].Name);
        Assert.Same(state, A.State.Group.Endpoints[0].State);
        Assert.Equal(["10.0.0.2:7"], Endpoints(_runtime.Current.Apps[1]));
    }

    [Fact]
    public void An_answer_between_the_build_of_a_model_and_its_coming_into_force_is_not_lost()
    {
        var next = ModelBuilder.Build(_runtime.Current.Config, _runtime.Current);
        Answer("10.0.0.2");
        var state = A.State.Group.Endpoints[1].State;

        _runtime.PutInForce(next);

        Assert.Same(state, A.State.Group.Endpoints[1].State);
        Assert.Equal(2, _runtime.Current.DefaultApp!.State.Group.Endpoints.Count(e => e.State.Address.EndsWith(":5", StringComparison.Ordinal)
            || e.State.Address.EndsWith(":6", StringComparison.Ordinal)));
    }

    [Fact]
    public void An_endpoint_that_two_targets_lead_to_is_there_once_as_the_first_ones()
    {
        Reload(App("a", [1]) with { Targets = [Target("10.0.0.1:5") with { Weight = 3 }, Target("db.internal:5")] });

        Answer("10.0.0.1", "10.0.0.2");

        Assert.Equal([("10.0.0.1:5", 3), ("db.internal:5", 1)], A.State.Group.Endpoints.Select(e => (e.State.Address, e.Weight)));
    }

    [Fact]
    public void A_state_is_named_by_target_and_endpoint()
    {
        Answer("10.0.0.2");

        Assert.Equal(["10.0.0.1:1", "db.internal:5 (10.0.0.2:5)"], A.State.Group.Endpoints.Select(e => $"{e.State}"));
    }
}
