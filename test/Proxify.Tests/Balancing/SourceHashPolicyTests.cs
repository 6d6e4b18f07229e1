using CsCheck;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Tests.Balancing;

public sealed class SourceHashPolicyTests
{
    private static readonly UInt128[] Clients = [.. Enumerable.Range(0, 20_000).Select(i => new UInt128(0, 0xffff_0a00_0000 + (ulong)i))];

    private static int[] Picks(ILoadBalancingPolicy policy) => Array.ConvertAll(Clients, client => policy.Pick(client, default));

    [Fact]
    public void Two_proxies_choose_alike_in_whatever_order_the_targets_are_written()
    {
        var one = Candidates.Of(1, 2, 3);
        Candidate[] other = [one[2], one[0], one[1]];

        Assert.Equal(Picks(Candidates.Policy(BalancingPolicy.SourceHash, one)), Picks(Candidates.Policy(BalancingPolicy.SourceHash, other)));
    }

    /// <summary>Beside the table itself (<see cref="MaglevTableTests"/>): machines of two versions serve side by side while a fleet is upgraded.</summary>
    [Fact]
    public void Choices_are_the_same_for_ever()
    {
        var candidates = Candidates.Of(1, 2, 3, 4);
        var policy = Candidates.Policy(BalancingPolicy.SourceHash, candidates);

        Assert.Equal("de1ac2bd637f6f0e", Checksum.Of(Picks(policy)));
        candidates[3].Load.IsAvailable = false;
        Assert.Equal("96a1940c66bcd65e", Checksum.Of(Picks(policy)));
    }

    [Fact]
    public void Clients_are_shared_by_weight()
    {
        var picks = Picks(Candidates.Policy(BalancingPolicy.SourceHash, Candidates.Of(1, 2, 7)));

        Assert.InRange(picks.Count(p => p == 0) / (double)Clients.Length, 0.09, 0.11);
        Assert.InRange(picks.Count(p => p == 1) / (double)Clients.Length, 0.19, 0.21);
    }

    [Fact]
    public void While_targets_are_unavailable_only_their_clients_move_and_they_come_back() =>
        Gen.Select(Candidates.Weights, Gen.Int[0, 99].Array[1, 4]).Sample(
            (weights, falling) =>
            {
                var candidates = Candidates.Of(weights);
                var policy = Candidates.Policy(BalancingPolicy.SourceHash, candidates);
                var before = Picks(policy);
                foreach (var i in falling)
                {
                    var earlier = Picks(policy);
                    candidates[i % weights.Length].Load.IsAvailable = false;
                    var now = Picks(policy);
                    Assert.All(earlier.Zip(now), pick => Assert.True(pick.First == pick.Second || pick.First == i % weights.Length));
                }

                foreach (var candidate in candidates)
                    candidate.Load.IsAvailable = true;
                Assert.Equal(before, Picks(policy));
            },
            iter: Cases.Of(20));

    [Fact]
    public void Clients_of_an_unavailable_target_are_spread_over_all_the_others()
    {
        var candidates = Candidates.Of(1, 1, 1, 1);
        var policy = Candidates.Policy(BalancingPolicy.SourceHash, candidates);
        var before = Picks(policy);
        candidates[2].Load.IsAvailable = false;

        var moved = Picks(policy).Zip(before).Where(pick => pick.Second == 2).CountBy(pick => pick.First).ToList();

        Assert.Equal(3, moved.Count);
        Assert.All(moved, m => Assert.InRange(m.Value / (Clients.Length / 4.0), 0.31, 0.36));
    }

    [Fact]
    public void A_target_too_light_for_a_slot_is_found_when_it_is_the_only_one_left()
    {
        var candidates = Candidates.Of([1, .. Enumerable.Repeat(256, 999)]);
        var policy = Candidates.Policy(BalancingPolicy.SourceHash, candidates);
        foreach (var candidate in candidates)
            candidate.Load.IsAvailable = candidate.Index == 0;

        Assert.Equal(0, policy.Pick(1, default));
    }
}
