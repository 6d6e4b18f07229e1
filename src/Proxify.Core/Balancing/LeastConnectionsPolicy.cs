namespace Proxify.Balancing;

/// <summary>
/// Fewest live sessions for its weight. Among equals, whose turn it is: so an idle app's shares are those of the weights, and the first target does not get
/// every session that finds all idle. Looks at every target unless one without a session comes first: 1,000 reads, of memory that is mostly in the processor's
/// cache.
/// </summary>
internal sealed class LeastConnectionsPolicy(Candidate[] candidates, Turns turns) : ILoadBalancingPolicy
{
    private readonly Rotation _rotation = new(candidates, turns);

    public int Pick(UInt128 client, in TargetSet excluded)
    {
        var best = _rotation.Next(excluded);
        if (best < 0)
            return Balancer.None;

        var (sessions, weight) = (candidates[best].Load.EffectiveSessions, candidates[best].Weight);
        var place = best;
        for (var i = 1; i < candidates.Length && sessions > 0; i++)
        {
            if (++place == candidates.Length)
                place = 0;
            ref readonly var candidate = ref candidates[place];
            var its = candidate.Load.EffectiveSessions;
            if (its * weight < sessions * candidate.Weight && candidate.MayBePicked(excluded) && candidate.Load.TakesTurn())
                (best, sessions, weight) = (place, its, candidate.Weight);
        }

        return candidates[best].Index;
    }
}
