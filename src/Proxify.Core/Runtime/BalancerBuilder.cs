using System.Collections.Immutable;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Runtime;

/// <summary>Makes an app's balancer of its endpoints: those of weight 0 are left out, backups are a tier of their own.</summary>
internal static class BalancerBuilder
{
    /// <param name="policy">How to pick.</param>
    /// <param name="endpoints">The app's.</param>
    /// <param name="state">Where the rounds go on.</param>
    public static Balancer Build(BalancingPolicy policy, ImmutableArray<TargetEndpoint> endpoints, AppState state)
    {
        var tiers = ImmutableArray.CreateBuilder<ILoadBalancingPolicy>(2);
        AddTier(isBackup: false, state.Turns);
        AddTier(isBackup: true, state.BackupTurns);
        return new Balancer(tiers.ToImmutable());

        void AddTier(bool isBackup, Turns turns)
        {
            Candidate[] candidates =
            [
                .. endpoints
                    .Select((endpoint, index) => (endpoint, index))
                    .Where(e => e.endpoint.Weight > 0 && e.endpoint.IsBackup == isBackup)
                    .Select(e => new Candidate(e.index, e.endpoint.State.EndpointText, e.endpoint.Weight, e.endpoint.State.Load)),
            ];
            if (candidates.Length > 0)
                tiers.Add(PolicyTable.Create(ConfigWords.Balancing.WordOf(policy), candidates, turns));
        }
    }
}
