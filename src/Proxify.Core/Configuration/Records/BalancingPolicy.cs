namespace Proxify.Configuration;

/// <summary>How an app's targets share its new sessions. Weights count in all but <see cref="First"/>.</summary>
public enum BalancingPolicy
{
    /// <summary><c>round-robin</c>: in turn, spread evenly.</summary>
    RoundRobin,

    /// <summary><c>least-connections</c>: the target with the fewest live sessions.</summary>
    LeastConnections,

    /// <summary><c>random-two</c>: of two targets taken by chance, the one with fewer live sessions.</summary>
    RandomTwo,

    /// <summary><c>source-hash</c>: the same client address goes to the same target.</summary>
    SourceHash,

    /// <summary><c>first</c>: the first one that is available.</summary>
    First,
}
