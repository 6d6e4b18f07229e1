namespace Proxify.Balancing;

/// <summary>The first in the config's order that is available.</summary>
internal sealed class FirstPolicy(Candidate[] candidates) : ILoadBalancingPolicy
{
    public int Pick(UInt128 client, in TargetSet excluded) =>
        Scan.From(0, candidates, excluded) is >= 0 and var place ? candidates[place].Index : Balancer.None;
}
