using CsCheck;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Tests.Balancing;

public sealed class LeastConnectionsPolicyTests
{
    [Fact]
    public void Picks_the_fewest_sessions_for_the_weight_among_those_that_may_be_picked() =>
        Gen.Select(Candidates.Weights, Gen.Int[0, 50].Array[100], Gen.Bool.Array[100], Gen.Int[0, 20]).Sample((weights, sessions, up, before) =>
        {
            var candidates = Candidates.Of(weights);
            foreach (var candidate in candidates)
            {
                candidate.Load.IsAvailable = up[candidate.Index];
                for (var i = 0; i < sessions[candidate.Index]; i++)
                    Assert.True(candidate.Load.TryEnter());
            }

            var policy = Candidates.Policy(BalancingPolicy.LeastConnections, candidates);
            for (var i = 0; i < before; i++)
                policy.Pick(default, default);

            var picked = policy.Pick(default, default);
            var available = candidates.Where(c => c.Load.IsAvailable).ToList();
            if (available.Count == 0)
                Assert.Equal(Balancer.None, picked);
            else
                Assert.Equal(available.Min(c => sessions[c.Index] * 1000L * 256 / c.Weight), sessions[picked] * 1000L * 256 / weights[picked]);
        });

    [Fact]
    public void Sessions_that_stay_are_shared_exactly_by_weight() =>
        Candidates.Weights.Where(weights => weights.Sum() <= 3_000).Sample(weights =>
        {
            var candidates = Candidates.Of(weights);
            var policy = Candidates.Policy(BalancingPolicy.LeastConnections, candidates);
            for (var i = 0; i < weights.Sum(); i++)
                Assert.True(candidates[policy.Pick(default, default)].Load.TryEnter());

            Assert.Equal(weights, candidates.Select(c => c.Load.SessionsActive));
        });

    [Fact]
    public void Sessions_that_each_find_all_idle_are_shared_exactly_by_weight() =>
        Candidates.Weights.Sample(weights =>
        {
            var shares = Candidates.Reduced(weights);
            Assert.Equal(shares, Candidates.Count(Candidates.Policy(BalancingPolicy.LeastConnections, Candidates.Of(weights)), weights.Length, shares.Sum()));
        });
}
