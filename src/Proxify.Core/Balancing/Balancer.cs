using System.Collections.Immutable;

namespace Proxify.Balancing;

/// <summary>
/// Picks targets for an app: one of its own as long as one is available, then one of its backups. Immutable; what survives a reload is in <see cref="Turns"/>
/// and <see cref="TargetLoad"/>.
/// </summary>
/// <param name="tiers">A policy over the app's own targets, then one over its backups; either is left out where there are none that take sessions.</param>
internal sealed class Balancer(ImmutableArray<ILoadBalancingPolicy> tiers)
{
    /// <summary>No target is available.</summary>
    public const int None = -1;

    /// <param name="client">The client's address.</param>
    /// <param name="tried">The targets that this session has tried; none of them is picked again.</param>
    /// <returns>The target's index in its app, or <see cref="None"/>.</returns>
    public int Pick(UInt128 client, in TargetSet tried)
    {
        foreach (var tier in tiers)
        {
            var picked = tier.Pick(client, tried);
            if (picked != None)
                return picked;
        }

        return None;
    }
}
