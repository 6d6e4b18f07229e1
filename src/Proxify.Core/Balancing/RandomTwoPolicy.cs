namespace Proxify.Balancing;

/// <summary>
/// Two different ones by weight and chance, of which the one with fewer live sessions for its weight. Nearly as even as looking at all (M. Mitzenmacher, "The
/// power of two choices", 2001), and several proxies in front of the same targets do not run to the same one.
/// </summary>
internal sealed class RandomTwoPolicy(Candidate[] candidates) : ILoadBalancingPolicy
{
    /// <summary>
    /// A heavy endpoint that warms up turns down up to nine draws of ten. With few of them its share would depend notably on what comes after the last.
    /// </summary>
    private const int Draws = 64;

    private readonly Rotation _rotation = new(candidates, new Turns());

    public int Pick(UInt128 client, in TargetSet excluded)
    {
        var first = Draw(excluded, besides: -1);
        if (first < 0)
            return Balancer.None;
        var second = Draw(excluded, besides: first);
        return candidates[second >= 0 && IsLess(candidates[second], candidates[first]) && candidates[second].Load.TakesTurn() ? second : first].Index;
    }

    private int Draw(in TargetSet excluded, int besides)
    {
        for (var i = 0; i < Draws; i++)
        {
            var place = _rotation.Random();
            if (place != besides && candidates[place].MayBePicked(excluded) && (besides >= 0 || candidates[place].Load.TakesTurn()))
                return place;
        }

        return Scan.From(Random.Shared.Next(candidates.Length), candidates, excluded, besides);
    }

    private static bool IsLess(in Candidate a, in Candidate b) => a.Load.EffectiveSessions * b.Weight < b.Load.EffectiveSessions * a.Weight;
}
