using Proxify.Telemetry;

namespace Proxify.Program.Admin.Views;

internal sealed record SessionView
{
    /// <summary>The two ends of the client's connection, of a shared one those of the target's: no two live ones have the same.</summary>
    public required string Id { get; init; }

    public required string App { get; init; }

    /// <summary>Null: it is a connection to a target that clients share.</summary>
    public required string? Listen { get; init; }

    /// <summary>Who the client is; behind a balancer with PROXY headers, whom that names. Null likewise.</summary>
    public required string? Client { get; init; }

    /// <summary>How many clients send over it at the moment; null: it is a client's session.</summary>
    public required int? SharedBy { get; init; }

    /// <summary>Null: none is reached yet.</summary>
    public required string? Target { get; init; }

    /// <summary>Since it was accepted.</summary>
    public required double AgeSeconds { get; init; }

    /// <summary>Since a byte has moved, either way; null: nothing is passed on yet.</summary>
    public required double? IdleSeconds { get; init; }

    public required long FromClient { get; init; }

    public required long FromTarget { get; init; }

    /// <summary>Those that went over shared connections; null: the proxy knows none.</summary>
    public required long? Requests { get; init; }

    /// <summary>Why a client of an app with a <c>Protocol</c> has got a connection of its own; null: it has not.</summary>
    public required string? Own { get; init; }

    public required string? ServerName { get; init; }

    /// <summary>The version of TLS with the client; null: none.</summary>
    public required string? Tls { get; init; }

    /// <summary>The client, or how many there are.</summary>
    public string ClientText() => Client ?? $"({Count.Of(SharedBy ?? 0, "client")})";
}

/// <param name="Total">How many the filter lets through.</param>
/// <param name="Sessions">The page of them, the oldest first.</param>
internal sealed record SessionPage(int Total, IReadOnlyList<SessionView> Sessions);
