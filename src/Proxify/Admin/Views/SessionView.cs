namespace Proxify.Program.Admin.Views;

internal sealed record SessionView
{
    /// <summary>The two ends of the client's connection: no two live sessions have the same.</summary>
    public required string Id { get; init; }

    public required string App { get; init; }

    public required string Listen { get; init; }

    /// <summary>Who the client is; behind a balancer with PROXY headers, whom that names.</summary>
    public required string Client { get; init; }

    /// <summary>Null: none is reached yet.</summary>
    public required string? Target { get; init; }

    /// <summary>Since it was accepted.</summary>
    public required double AgeSeconds { get; init; }

    public required long FromClient { get; init; }

    public required long FromTarget { get; init; }

    public required string? ServerName { get; init; }

    /// <summary>The version of TLS with the client; null: none.</summary>
    public required string? Tls { get; init; }
}

/// <param name="Total">How many the filter lets through.</param>
/// <param name="Sessions">The page of them, the oldest first.</param>
internal sealed record SessionPage(int Total, IReadOnlyList<SessionView> Sessions);
