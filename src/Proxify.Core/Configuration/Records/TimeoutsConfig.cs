namespace Proxify.Configuration;

/// <summary>
/// The waits of a session. Null means: not set here, so the outer value holds (an app's from the proxy's, the proxy's from the default).
/// All are positive; <see cref="Timeout.InfiniteTimeSpan"/> (written <c>"off"</c>) turns those off that may be.
/// </summary>
public sealed record TimeoutsConfig
{
    /// <summary>For one try to connect to one target. 1ms to 10m, default 5s.</summary>
    public TimeSpan? Connect { get; init; }

    /// <summary>
    /// For all that a client has to say before its session is dialled: a PROXY header, a ClientHello, a TLS handshake; and once more for a handshake with a
    /// target. 1ms to 10m, default 10s.
    /// </summary>
    public TimeSpan? Handshake { get; init; }

    /// <summary>Without a byte in either direction. 1ms to 365d or off, default 1h.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>After one direction has ended, without a byte in the other; <see cref="Idle"/> holds then as well. 1ms to 365d or off, default 1h.</summary>
    public TimeSpan? HalfClose { get; init; }

    /// <summary>At shutdown, for sessions to end by themselves. 0s to 365d, default 30s.</summary>
    public TimeSpan? Drain { get; init; }

    /// <summary>Silence of a peer after which its kernel is probed (TCP_KEEPIDLE). In whole seconds, rounded up. 1s to 9h or off, default 1m.</summary>
    public TimeSpan? KeepAlive { get; init; }

    /// <summary>Between such probes (TCP_KEEPINTVL). In whole seconds, rounded up. 1s to 9h, default 15s.</summary>
    public TimeSpan? KeepAliveInterval { get; init; }

    /// <summary>
    /// How long a peer's kernel may acknowledge neither bytes nor probes, or take nothing of what waits for it, before the connection fails (TCP_USER_TIMEOUT).
    /// 1s to 7d or off, default 5m.
    /// </summary>
    public TimeSpan? Unacknowledged { get; init; }
}
