using Proxify.Configuration;

namespace Proxify.Tests.Balancing;

public sealed class RandomTwoPolicyTests
{
    private const int Picks = 100_000;

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(5, 3, 2)]
    [InlineData(256, 128, 16)]
    public void Idle_targets_share_by_weight(params int[] weights)
    {
        var counts = Candidates.Count(Candidates.Policy(BalancingPolicy.RandomTwo, Candidates.Of(weights)), weights.Length, Picks);

        // One in a hundred of all: six standard deviations.
        for (var i = 0; i < weights.Length; i++)
            Assert.InRange(counts[i] / (double)Picks, (weights[i] / (double)weights.Sum()) - 0.01, (weights[i] / (double)weights.Sum()) + 0.01);
    }

    [Fact]
    public void Of_two_targets_the_one_with_more_sessions_for_its_weight_is_never_picked()
    {
        var candidates = Candidates.Of(2, 1);
        var policy = Candidates.Policy(BalancingPolicy.RandomTwo, candidates);
        Assert.True(candidates[0].Load.TryEnter());
        Assert.True(candidates[1].Load.TryEnter());

        Assert.Equal([1_000, 0], Candidates.Count(policy, 2, 1_000));
    }

    [Fact]
    public void Sessions_that_stay_are_shared_by_weight()
    {
        int[] weights = [.. Enumerable.Range(1, 20)];
        var candidates = Candidates.Of(weights);
        var policy = Candidates.Policy(BalancingPolicy.RandomTwo, candidates);

        for (var i = 0; i < Picks; i++)
            Assert.True(candidates[policy.Pick(default, default)].Load.TryEnter());

        Assert.All(candidates, c => Assert.InRange(c.Load.SessionsActive / (double)Picks * weights.Sum() / c.Weight, 0.97, 1.03));
    }
}
