namespace Proxify.Caching;

/// <summary>What a store has done, and what is in it.</summary>
/// <param name="Hits">Questions that had an answer.</param>
/// <param name="Misses">Questions that had none.</param>
/// <param name="Refused">Entries that were not taken in: too large, or asked for more seldom than what would have had to go.</param>
/// <param name="Evictions">Entries that went to make room.</param>
/// <param name="Expired">Entries that were found to be over, when they were asked for or on their way from the window.</param>
/// <param name="Entries">In it now.</param>
/// <param name="Bytes">What they take, their heads included; the tables beside them do not change.</param>
internal readonly record struct CacheCounts(long Hits, long Misses, long Refused, long Evictions, long Expired, long Entries, long Bytes);
