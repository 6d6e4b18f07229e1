namespace Proxify.Balancing;

/// <summary>A target as policies see it.</summary>
/// <param name="Index">Its place in the app.</param>
/// <param name="Address">As configured; the same on every machine with the same config.</param>
/// <param name="Weight">1-256: targets that take no sessions are no candidates.</param>
/// <param name="Load">Its sessions, and whether it may get more.</param>
internal readonly record struct Candidate(int Index, string Address, int Weight, TargetLoad Load)
{
    public bool MayBePicked(in TargetSet excluded) => Load.IsAvailable && !excluded.Contains(Index);
}
