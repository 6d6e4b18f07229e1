namespace Proxify.Balancing;

/// <summary>A way to choose among targets. Called by many threads at once, for every session: no lock, no allocation.</summary>
internal interface ILoadBalancingPolicy
{
    /// <param name="client">The client's address, <see cref="System.Net.IPAddress"/>'s 128 bits; IPv4 v4-mapped.</param>
    /// <param name="excluded">Targets that shall not be picked, because this session has tried them already.</param>
    /// <returns>The target's index in its app, or <see cref="Balancer.None"/>. Never an unavailable target.</returns>
    int Pick(UInt128 client, in TargetSet excluded);
}
