namespace Proxify.SystemTests.Cluster;

/// <summary>A connection of the load, after its end.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Began">When it was tried, since the start of the load.</param>
/// <param name="Took">To its end.</param>
/// <param name="Proxy">Through which it went; empty where it did not come so far.</param>
internal readonly record struct Visit(VisitEnd End, TimeSpan Began, TimeSpan Took, string Proxy);
