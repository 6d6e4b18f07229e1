namespace Proxify.Sessions;

/// <summary>An end of a session.</summary>
/// <param name="Remote">The peer.</param>
/// <param name="Received">Bytes so far.</param>
/// <param name="FirstReceivedAt">By CLOCK_MONOTONIC; 0: none were.</param>
/// <param name="Unread">As many bytes of the message's file, behind those of the ends before, are still to be passed on.</param>
internal sealed record HandedEnd(string Remote, long Received, long FirstReceivedAt, int Unread);

/// <summary>A session that is being relayed.</summary>
internal sealed record HandedSession
{
    public required string App { get; init; }

    public required HandedEnd Client { get; init; }

    public required HandedEnd Target { get; init; }

    /// <summary>The target as configured.</summary>
    public string? TargetAddress { get; init; }

    /// <summary>Its endpoint.</summary>
    public string? TargetEndpoint { get; init; }

    /// <summary>The client's end where it is not the connection's own.</summary>
    public string? Source { get; init; }

    /// <summary>What it has connected to, likewise.</summary>
    public string? Destination { get; init; }

    public string? ServerName { get; init; }

    public string? UniqueId { get; init; }

    /// <summary>By CLOCK_MONOTONIC, as <see cref="ConnectedAt"/>.</summary>
    public long StartedAt { get; init; }

    public long ConnectedAt { get; init; }

    public TimeSpan? ConnectTime { get; init; }

    public TimeSpan Waited { get; init; }

    public int Tries { get; init; }

    /// <summary>No byte has moved for so long.</summary>
    public TimeSpan Silence { get; init; }
}
