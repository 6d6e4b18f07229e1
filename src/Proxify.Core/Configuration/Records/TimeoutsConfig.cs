namespace Proxify.Configuration;

/// <summary>
/// The waits of a session. Null means: not set here, so the outer value holds (an app's from the proxy's, the proxy's from the default).
/// All are positive; <see cref="Timeout.InfiniteTimeSpan"/> (written <c>"off"</c>) turns those off that may be.
/// </summary>
public sealed record TimeoutsConfig
{
    /// <summary>For one try to connect to one target. Default 5 s.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>Without a byte in either direction. Default 1 h.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>After one direction has ended, without a byte in the other; <see cref="Idle"/> holds then as well. Default 1 h.</summary>
    public TimeSpan? HalfClose { get; init; }

    /// <summary>At shutdown, for sessions to end by themselves. Default 30 s.</summary>
    public TimeSpan? Drain { get; init; }

    /// <summary>Silence of a peer after which its kernel is probed (TCP_KEEPIDLE). 1 s to 9 h, in whole seconds (rounded up), or off. Default 1 min.</summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>Between such probes (TCP_KEEPINTVL). 1 s to 9 h, in whole seconds (rounded up). Default 15 s.</summary>
    public TimeSpan? KeepAliveInterval { get; init; }

    /// <summary>
    /// How long a peer's kernel may acknowledge neither bytes nor probes, or take nothing of what waits for it, before the connection fails (TCP_USER_TIMEOUT).
    /// 1 s to 7 d, or off. Default 5 min.
    /// </summary>
    public TimeSpan? Unacknowledged { get; init; }
}
