using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Runtime;
using static Proxify.Tests.TestConfigs;

namespace Proxify.Tests.Runtime;

public sealed class BalancerBuilderTests
{
    public static TheoryData<BalancingPolicy> Policies => [.. Enum.GetValues<BalancingPolicy>()];

    private static AppConfig Of(BalancingPolicy policy, params TargetConfig[] targets) => App("a", [1]) with { Balancing = policy, Targets = targets };

    private static TargetConfig Target(int number, int weight = 1, bool backup = false) =>
        TestConfigs.Target($"10.0.0.{number}:1") with { Weight = weight, Backup = backup };

    private static TargetGroup GroupOf(AppConfig app) => RuntimeOf(app).Current.Apps[0].State.Group;

    /// <summary>Every target that a session gets to see when none can be reached, in this order.</summary>
    private static List<int> Walk(TargetGroup group, UInt128 client = default)
    {
        var tried = default(TargetSet);
        var walk = new List<int>();
        while (group.Balancer.Pick(client, tried) is var picked and not Balancer.None)
        {
            Assert.False(tried.Contains(picked));
            tried.Add(picked);
            walk.Add(picked);
        }

        return walk;
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Backups_come_after_all_others_and_targets_of_weight_0_never(BalancingPolicy policy)
    {
        var group = GroupOf(Of(policy, Target(1, backup: true), Target(2), Target(3, weight: 0), Target(4), Target(5, backup: true),
            Target(6, weight: 0, backup: true)));

        for (var i = 0; i < 20; i++)
        {
            var walk = Walk(group, (UInt128)i);
            Assert.Equal([1, 3], walk.Take(2).Order());
            Assert.Equal([0, 4], walk.Skip(2).Order());
        }
    }

    [Fact]
    public void Backups_are_used_when_no_other_is_available_each_in_turn()
    {
        var group = GroupOf(Of(BalancingPolicy.RoundRobin, Target(1), Target(2, backup: true), Target(3, backup: true)));
        group.Endpoints[0].State.Load.IsAvailable = false;

        Assert.Equal([1, 2, 1, 2], Enumerable.Range(0, 4).Select(_ => group.Balancer.Pick(default, default)));
        group.Endpoints[0].State.Load.IsAvailable = true;
        Assert.Equal(0, group.Balancer.Pick(default, default));
    }

    [Fact]
    public void A_reload_that_changes_nothing_for_the_app_keeps_its_balancer_and_any_other_does_not()
    {
        var app = Of(BalancingPolicy.SourceHash, Target(1), Target(2));
        Assert.True(Keeps(app with { Ports = [2] }));
        Assert.False(Keeps(app with { Balancing = BalancingPolicy.First }));
        Assert.False(Keeps(Of(BalancingPolicy.SourceHash, Target(1), Target(2, weight: 2))));
        Assert.False(Keeps(Of(BalancingPolicy.SourceHash, Target(1), Target(2, backup: true))));
        Assert.False(Keeps(Of(BalancingPolicy.SourceHash, Target(1), Target(3))));

        bool Keeps(AppConfig changed)
        {
            var runtime = RuntimeOf(app);
            var before = runtime.Current.Apps[0].State.Group.Balancer;
            return runtime.Apply(new ProxyConfig { Apps = [changed] }).Apps[0].State.Group.Balancer == before;
        }
    }

    [Fact]
    public void A_reload_goes_on_in_the_round_and_with_the_sessions_that_are()
    {
        var runtime = RuntimeOf(Of(BalancingPolicy.RoundRobin, Target(1), Target(2), Target(3)));
        var before = runtime.Current.Apps[0].State.Group;
        Assert.Equal(0, before.Balancer.Pick(default, default));
        Assert.True(before.Endpoints[1].State.Load.TryEnter());

        var after = runtime.Apply(new ProxyConfig { Apps = [Of(BalancingPolicy.RoundRobin, Target(1), Target(2), Target(4))] }).Apps[0].State.Group;

        Assert.Equal(1, after.Balancer.Pick(default, default));
        Assert.Equal(1, after.Endpoints[1].State.Load.SessionsActive);
    }

    /// <summary>
    /// Threads walk over all targets of whatever model is in force, while models with other policies, weights, targets and orders replace it and half of the
    /// targets flap.
    /// </summary>
    [Fact]
    public async Task Concurrent_picks_and_reloads_never_pick_what_may_not_be_picked_or_miss_what_may()
    {
        const int Reloads = 300;
        var random = new Random(1);
        var runtime = new ProxyRuntime(Next(null));
        using var done = new CancellationTokenSource();
        var pickers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => PickUntil(done.Token))).ToArray();

        for (var i = 0; i < Reloads; i++)
            runtime.PutInForce(Next(runtime.Current));
        await done.CancelAsync();
        await Task.WhenAll(pickers);

        // Odd targets are always available, those divisible by four never, others change all the time.
        ProxyModel Next(ProxyModel? previous)
        {
            var targets = Enumerable.Range(1, 12).Where(_ => random.Next(4) > 0).Select(n => Target(n, random.Next(4), random.Next(4) == 0)).Append(Target(13))
                .ToArray();
            random.Shuffle(targets);
            var model = ModelBuilder.Build(new ProxyConfig { Apps = [Of((BalancingPolicy)random.Next(Policies.Count), targets)] }, previous);
            foreach (var target in model.Apps[0].Targets)
            {
                var state = model.Apps[0].State.Targets.Of(target.Address, target.Literal!.Value);
                state.Load.IsAvailable = Number(state) % 2 == 1 || (Number(state) % 4 != 0 && random.Next(2) == 0);
            }

            return model;
        }

        void PickUntil(CancellationToken stop)
        {
            for (var client = UInt128.Zero; !stop.IsCancellationRequested; client++)
            {
                var group = runtime.Current.Apps[0].State.Group;
                var walk = Walk(group, client).ConvertAll(picked => group.Endpoints[picked]);
                // A model's own first setting of availability comes after it is built, and before it is in force.
                Assert.All(walk, target => Assert.True(target.Weight > 0 && Number(target.State) % 4 != 0));
                Assert.Superset(
                    group.Endpoints.Where(target => target.Weight > 0 && Number(target.State) % 2 == 1).Select(target => target.State).ToHashSet(),
                    walk.Select(target => target.State).ToHashSet());
                Assert.False(walk[0].IsBackup);
                client += (UInt128)walk.Count;
            }
        }

        static int Number(TargetState target) => int.Parse($"{target.Endpoint}".Split('.', ':')[3]);
    }
}
