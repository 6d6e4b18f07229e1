namespace Proxify.Balancing;

/// <summary>In turn, smooth and weighted.</summary>
internal sealed class RoundRobinPolicy(Candidate[] candidates, Turns turns) : ILoadBalancingPolicy
{
    private readonly Rotation _rotation = new(candidates, turns);

    public int Pick(UInt128 client, in TargetSet excluded) => _rotation.Next(excluded) is >= 0 and var place ? candidates[place].Index : Balancer.None;
}
