using System.Collections.Immutable;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Model;

/// <summary>Makes an app's balancer of its targets: those of weight 0 are left out, backups are a tier of their own.</summary>
internal static class BalancerBuilder
{
    /// <param name="policy">How to pick.</param>
    /// <param name="targets">The app's.</param>
    /// <param name="state">Where the rounds go on.</param>
    /// <param name="previous">The app before; where nothing has changed for it, its balancer stays, since tables take time to make.</param>
    public static Balancer Build(BalancingPolicy policy, ImmutableArray<TargetModel> targets, AppState state, AppModel? previous)
    {
        if (previous is not null && previous.State == state && previous.Balancing == policy && previous.Targets.SequenceEqual(targets))
            return previous.Balancer;

        var tiers = ImmutableArray.CreateBuilder<ILoadBalancingPolicy>(2);
        AddTier(isBackup: false, state.Turns);
        AddTier(isBackup: true, state.BackupTurns);
        return new Balancer(tiers.ToImmutable());

        void AddTier(bool isBackup, Turns turns)
        {
            Candidate[] candidates =
            [
                .. targets
                    .Select((target, index) => (target, index))
                    .Where(t => t.target.Weight > 0 && t.target.IsBackup == isBackup)
                    .Select(t => new Candidate(t.index, t.target.State.Address, t.target.Weight, t.target.State.Load)),
            ];
            if (candidates.Length > 0)
                tiers.Add(Create(policy, candidates, turns));
        }
    }

    internal static ILoadBalancingPolicy Create(BalancingPolicy policy, Candidate[] candidates, Turns turns) => policy switch
    {
        BalancingPolicy.RoundRobin => new RoundRobinPolicy(candidates, turns),
        BalancingPolicy.LeastConnections => new LeastConnectionsPolicy(candidates, turns),
        BalancingPolicy.RandomTwo => new RandomTwoPolicy(candidates),
        BalancingPolicy.SourceHash => new SourceHashPolicy(candidates),
        BalancingPolicy.First => new FirstPolicy(candidates),
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, null),
    };
}
