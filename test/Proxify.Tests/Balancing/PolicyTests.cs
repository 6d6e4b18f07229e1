using CsCheck;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Tests.Balancing;

/// <summary>What holds for every policy.</summary>
public sealed class PolicyTests
{
    public static TheoryData<BalancingPolicy> Policies => Candidates.Policies;

    [Fact]
    public void Names_are_the_words_of_the_config() => Assert.Equal(ConfigWords.Balancing.Words, PolicyTable.Names);

    /// <summary>
    /// Sessions begin, end and try again while targets come and go and are full; whatever is picked may be picked, and nothing is picked only when nothing may.
    /// </summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Under_random_events_only_a_target_that_may_be_picked_is_picked_while_there_is_one(BalancingPolicy kind) =>
        Gen.Select(Candidates.Weights, Gen.Select(Gen.Int[0, 9], Gen.Int[0, 99], Candidates.Client).Array[1, 200]).Sample(
            (weights, events) =>
            {
                var candidates = Candidates.Of(weights);
                var policy = Candidates.Policy(kind, candidates);
                var live = new Queue<TargetLoad>();
                foreach (var (what, number, client) in events)
                {
                    var load = candidates[number % candidates.Length].Load;
                    if (what < 2)
                        load.IsAvailable = !load.IsAvailable;
                    else if (what < 3)
                        load.Limit = load.Limit == 1 ? int.MaxValue : 1;
                    else if (what < 5 && live.TryDequeue(out var ended))
                        ended.Leave();
                    else if (what < 8)
                        live.Enqueue(Session(client, failures: 0));
                    else
                        live.Enqueue(Session(client, failures: number));
                }

                TargetLoad Session(UInt128 client, int failures)
                {
                    var tried = default(TargetSet);
                    var set = new HashSet<int>();
                    while (true)
                    {
                        var picked = policy.Pick(client, tried);
                        var may = candidates.Where(c => c.Load is { IsAvailable: true, IsFull: false } && !set.Contains(c.Index)).Select(c => c.Index).ToList();
                        if (may.Count == 0)
                        {
                            Assert.Equal(Balancer.None, picked);
                            return new TargetLoad();
                        }

                        Assert.Contains(picked, may);
                        tried.Add(picked);
                        set.Add(picked);
                        if (set.Count > failures)
                        {
                            Assert.True(candidates[picked].Load.TryEnter());
                            return candidates[picked].Load;
                        }
                    }
                }
            },
            iter: kind == BalancingPolicy.SourceHash ? 30 : 200);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Picking_allocates_nothing(BalancingPolicy kind)
    {
        var candidates = Candidates.Of([.. Enumerable.Range(1, 50)]);
        var policy = Candidates.Policy(kind, candidates);
        candidates[0].Load.IsAvailable = false;

        Assert.Equal(0, Allocations.Of(PickAll));

        void PickAll()
        {
            for (var i = 0; i < 100; i++)
            {
                var tried = default(TargetSet);
                for (var k = 0; k < 3; k++)
                    tried.Add(policy.Pick((UInt128)i, tried));
            }
        }
    }

    [Fact]
    public void First_picks_in_the_order_written_whatever_the_weights()
    {
        var candidates = Candidates.Of(1, 256, 7);
        var policy = Candidates.Policy(BalancingPolicy.First, candidates);

        Assert.Equal(0, policy.Pick(default, default));
        candidates[0].Load.IsAvailable = false;
        Assert.Equal(1, policy.Pick(default, default));
    }
}
