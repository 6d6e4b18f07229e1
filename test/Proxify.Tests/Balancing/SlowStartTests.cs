using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Proxify.Balancing;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Transport;

namespace Proxify.Tests.Balancing;

public sealed class SlowStartTests
{
    private const int Picks = 40_000;
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();

    public static TheoryData<BalancingPolicy> Warming => [BalancingPolicy.RoundRobin, BalancingPolicy.LeastConnections, BalancingPolicy.RandomTwo];

    /// <summary>Sessions that end at once: of all, the part that the first candidate gets.</summary>
    private static double ShareOfFirst(ILoadBalancingPolicy policy, int targets) => (double)Candidates.Count(policy, targets, Picks)[0] / Picks;

    [Theory]
    [MemberData(nameof(Warming))]
    public void The_weight_grows_evenly_from_a_tenth_to_all_of_it(BalancingPolicy kind) =>
        Gen.Select(Gen.Int[1, 20].Array[2, 6], Gen.Double[0, 1.2]).Sample(
            (weights, progress) =>
            {
                var time = new FakeTimeProvider();
                var candidates = Candidates.Of(weights);
                var policy = Candidates.Policy(kind, candidates);
                candidates[0].Load.BeginWarmUp(Duration, time);
                time.Advance(Duration * progress);

                var weight = weights[0] * Math.Min(1, 0.1 + (0.9 * progress));
                Assert.Equal(weight / (weight + weights.Skip(1).Sum()), ShareOfFirst(policy, weights.Length), tolerance: 0.015);
            },
            iter: 40);

    [Fact]
    public void A_heavy_endpoint_beside_a_light_one_has_its_share_of_random_two_from_the_beginning()
    {
        var candidates = Candidates.Of(20, 1);
        var policy = Candidates.Policy(BalancingPolicy.RandomTwo, candidates);
        candidates[0].Load.BeginWarmUp(Duration, _time);

        // 2 of 3. Chance makes 0.0007 of it.
        var share = (double)Candidates.Count(policy, 2, 10 * Picks)[0] / (10 * Picks);
        Assert.InRange(share, 0.662, 0.671);
    }

    [Theory]
    [MemberData(nameof(Warming))]
    public void At_half_time_an_endpoint_has_about_half_and_then_exactly_what_it_would_have(BalancingPolicy kind)
    {
        var candidates = Candidates.Of(1, 1, 1, 1);
        var policy = Candidates.Policy(kind, candidates);
        candidates[0].Load.BeginWarmUp(Duration, _time);

        _time.Advance(Duration / 2);
        Assert.InRange(ShareOfFirst(policy, 4), 0.14, 0.17); // 0.55 of 3.55

        _time.Advance(Duration / 2);
        if (kind == BalancingPolicy.RandomTwo)
            Assert.InRange(ShareOfFirst(policy, 4), 0.24, 0.26);
        else
            Assert.Equal(0.25, ShareOfFirst(policy, 4));
    }

    [Theory]
    [MemberData(nameof(Warming))]
    public void An_endpoint_that_is_the_only_one_takes_every_session(BalancingPolicy kind)
    {
        var candidates = Candidates.Of(1, 1, 1);
        var policy = Candidates.Policy(kind, candidates);
        candidates[0].Load.IsAvailable = candidates[2].Load.IsAvailable = false;
        candidates[1].Load.BeginWarmUp(Duration, _time);

        Assert.All(Enumerable.Range(0, 1_000), _ => Assert.Equal(1, policy.Pick(default, default)));
    }

    [Theory]
    [InlineData(BalancingPolicy.LeastConnections)]
    [InlineData(BalancingPolicy.RandomTwo)]
    public void Sessions_that_stay_do_not_all_go_to_the_idle_endpoint_that_comes_back(BalancingPolicy kind)
    {
        var candidates = Candidates.Of(1, 1, 1, 1);
        var policy = Candidates.Policy(kind, candidates);
        for (var i = 0; i < 300; i++)
            candidates[1 + (i % 3)].Load.TryEnter();
        candidates[0].Load.BeginWarmUp(Duration, _time);

        _time.Advance(Duration / 2);
        for (var i = 0; i < 1_000; i++)
            candidates[policy.Pick(default, default)].Load.TryEnter();

        var others = candidates.Skip(1).Average(c => c.Load.SessionsActive);
        Assert.InRange(candidates[0].Load.SessionsActive / others, 0.5, 0.6);
    }

    [Theory]
    [InlineData(BalancingPolicy.SourceHash)]
    [InlineData(BalancingPolicy.First)]
    public void Source_hash_and_first_go_by_nothing_that_passes(BalancingPolicy kind)
    {
        var candidates = Candidates.Of(1, 1, 1);
        var policy = Candidates.Policy(kind, candidates);
        int[] Choices() => [.. Enumerable.Range(0, 200).Select(client => policy.Pick((UInt128)client, default))];
        var before = Choices();

        candidates[0].Load.BeginWarmUp(Duration, _time);

        Assert.Equal(before, Choices());
    }

    [Theory]
    [MemberData(nameof(Warming))]
    public void Picking_among_endpoints_that_warm_up_allocates_nothing(BalancingPolicy kind)
    {
        var candidates = Candidates.Of(1, 2, 3, 4);
        var policy = Candidates.Policy(kind, candidates);
        foreach (var candidate in candidates)
            candidate.Load.BeginWarmUp(Duration, _time);

        Assert.Equal(0, Allocations.Of(PickAll));

        void PickAll()
        {
            for (var i = 0; i < 100; i++)
                policy.Pick((UInt128)i, default);
        }
    }

    [Fact]
    public void A_warm_up_ends_and_may_begin_anew()
    {
        var load = new TargetLoad();
        for (var i = 0; i < 10; i++)
            load.TryEnter();

        load.BeginWarmUp(Duration, _time);
        Assert.Equal(100, load.EffectiveSessions);
        _time.Advance(Duration);
        Assert.Equal(10, load.EffectiveSessions);
        load.BeginWarmUp(Duration, _time);
        Assert.Equal(100, load.EffectiveSessions);
        load.BeginWarmUp(TimeSpan.Zero, _time);
        Assert.Equal(10, load.EffectiveSessions);
    }
}
