namespace Proxify.Balancing;

/// <summary>
/// The same client address, the same target, on every proxy with the same targets and weights. Where a client's target cannot be picked, the client moves on
/// through the table, always by the same way: so nobody else moves, and everybody comes back. Each client has a step of its own: neighbouring slots belong
/// together too often, and one target would get most.
/// </summary>
internal sealed class SourceHashPolicy(Candidate[] candidates) : ILoadBalancingPolicy
{
    // A bound on one pick. Past it are only clients whose every other target is down or has next to no weight.
    private const int MostPassedOver = 4_096;

    private readonly int[] _table = MaglevTable.Build(Array.ConvertAll(candidates, c => c.Address), Array.ConvertAll(candidates, c => c.Weight));

    public int Pick(UInt128 client, in TargetSet excluded)
    {
        var hash = StableHash.Of(client);
        var at = (int)(hash % MaglevTable.Size);
        var step = (int)(hash / MaglevTable.Size % (MaglevTable.Size - 1)) + 1;
        for (var i = 0; i < MostPassedOver; i++)
        {
            ref readonly var candidate = ref candidates[_table[at]];
            if (candidate.MayBePicked(excluded))
                return candidate.Index;
            at = (at + step) % MaglevTable.Size;
        }

        return Scan.From((int)(hash % (ulong)candidates.Length), candidates, excluded) is >= 0 and var place ? candidates[place].Index : Balancer.None;
    }
}
