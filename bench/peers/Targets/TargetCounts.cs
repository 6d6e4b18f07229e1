namespace Proxify.Peers.Targets;

/// <summary>What a target counts.</summary>
/// <param name="Requests">Of those that it is asked here.</param>
/// <param name="Reads">How often it has read from a connection: what came in one batch, it reads at once.</param>
sealed record TargetCounts(long Requests, long Reads);
