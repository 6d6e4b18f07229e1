namespace Proxify.Balancing;

/// <summary>An endpoint of a target as policies see it.</summary>
/// <param name="Index">Its place in the group.</param>
/// <param name="Address">Address and port: the same on every machine with the same config and the same answers.</param>
/// <param name="Weight">1-256: targets that take no sessions are no candidates.</param>
/// <param name="Load">Its sessions, and whether it may get more.</param>
internal readonly record struct Candidate(int Index, string Address, int Weight, TargetLoad Load)
{
    public bool MayBePicked(in TargetSet excluded) => Load.IsAvailable && !excluded.Contains(Index);
}
