namespace Proxify.Configuration;

/// <summary>
/// The waits of a session. Null means: not set here, so the outer value holds (an app's from the proxy's, the proxy's from <see cref="Defaults"/>).
/// All are positive; <see cref="Timeout.InfiniteTimeSpan"/> (written <c>"off"</c>) turns <see cref="Idle"/> or <see cref="HalfClose"/> off.
/// </summary>
public sealed record TimeoutsConfig
{
    /// <summary>The values that hold where nothing is set.</summary>
    public static TimeoutsConfig Defaults { get; } = new()
    {
        Connect = TimeSpan.FromSeconds(5),
        Idle = TimeSpan.FromHours(1),
        HalfClose = TimeSpan.FromSeconds(30),
        Drain = TimeSpan.FromSeconds(30),
    };

    /// <summary>For one try to connect to one target. Default 5 s.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>Without a byte in either direction. Default 1 h.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>After one direction has ended, without a byte in the other; <see cref="Idle"/> holds then as well. Default 30 s.</summary>
    public TimeSpan? HalfClose { get; init; }

    /// <summary>At shutdown, for sessions to end by themselves. Default 30 s.</summary>
    public TimeSpan? Drain { get; init; }
}
