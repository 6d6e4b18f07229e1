using CsCheck;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Tests.Balancing;

public sealed class RoundRobinPolicyTests
{
    [Fact]
    public void Any_whole_round_shares_exactly_by_weight() =>
        Gen.Select(Candidates.Weights, Gen.Int[0, 1000]).Sample((weights, before) =>
        {
            var policy = Candidates.Policy(BalancingPolicy.RoundRobin, Candidates.Of(weights));
            Candidates.Count(policy, weights.Length, before);

            var shares = Candidates.Reduced(weights);
            Assert.Equal(shares, Candidates.Count(policy, weights.Length, shares.Sum()));
        });

    [Fact]
    public void While_some_are_unavailable_the_others_share_exactly_by_weight() =>
        Gen.Select(Candidates.Weights, Gen.Bool.Array[100]).Where((weights, up) => up.Take(weights.Length).Any(u => u)).Sample((weights, up) =>
        {
            var candidates = Candidates.Of(weights);
            foreach (var candidate in candidates)
                candidate.Load.IsAvailable = up[candidate.Index];

            int[] shares = [.. Candidates.Reduced(weights).Select((share, i) => up[i] ? share : 0)];
            Assert.Equal(shares, Candidates.Count(Candidates.Policy(BalancingPolicy.RoundRobin, candidates), weights.Length, shares.Sum()));
        });

    [Fact]
    public void Second_choices_are_shared_evenly_and_cost_the_first_ones_nothing()
    {
        var policy = Candidates.Policy(BalancingPolicy.RoundRobin, Candidates.Of(1, 1, 1));
        var (first, second) = (new int[3], new int[3]);
        for (var i = 0; i < 30; i++)
        {
            var picked = policy.Pick(default, default);
            first[picked]++;
            if (picked != 0)
                continue;
            var tried = default(TargetSet);
            tried.Add(picked);
            second[policy.Pick(default, tried)]++;
        }

        Assert.Equal([10, 10, 10], first);
        Assert.Equal([0, 5, 5], second);
    }

    [Fact]
    public void Many_threads_share_exactly_by_weight()
    {
        const int Rounds = 2_000;
        int[] weights = [5, 3, 1];
        var policy = Candidates.Policy(BalancingPolicy.RoundRobin, Candidates.Of(weights));
        var counts = new int[3];

        Parallel.For(0, Rounds * weights.Sum(), new ParallelOptions { MaxDegreeOfParallelism = 4 },
            _ => Interlocked.Increment(ref counts[policy.Pick(default, default)]));

        Assert.Equal(weights.Select(weight => weight * Rounds), counts);
    }

    [Fact]
    public void A_round_of_more_turns_than_a_pick_looks_at_finds_the_only_one_left()
    {
        var candidates = Candidates.Of([1, .. Enumerable.Repeat(256, 999)]);
        var policy = Candidates.Policy(BalancingPolicy.RoundRobin, candidates);
        foreach (var candidate in candidates)
            candidate.Load.IsAvailable = candidate.Index == 0;

        Assert.Equal(10, Candidates.Count(policy, candidates.Length, 10)[0]);
    }
}
