namespace Proxify.Configuration;

/// <summary><c>Timeouts</c>, of the file and of an app.</summary>
internal static class TimeoutsOptions
{
    public static readonly ValueOption<TimeoutsConfig, TimeSpan> Connect = new(
        nameof(Connect), new DurationType("1ms", "10m"), t => t.Connect, (t, value) => t with { Connect = value },
        "for one try to connect to one target; then the next one is tried", Duration.Of("5s"));

    public static readonly ValueOption<TimeoutsConfig, TimeSpan> Handshake = new(
        nameof(Handshake), new DurationType("1ms", "10m"), t => t.Handshake, (t, value) => t with { Handshake = value },
        "for all that a client has to say before its session is dialled: a PROXY header, a ClientHello, a TLS handshake; and once more for a handshake with a target",
        Duration.Of("10s"));

    public static readonly ValueOption<TimeoutsConfig, TimeSpan> Idle = new(
        nameof(Idle), new DurationType("1ms", "365d", canBeOff: true), t => t.Idle, (t, value) => t with { Idle = value },
        "a session without a byte in either direction for this long is reset", Duration.Of("1h"));

    public static readonly ValueOption<TimeoutsConfig, TimeSpan> HalfClose = new(
        nameof(HalfClose), new DurationType("1ms", "365d", canBeOff: true), t => t.HalfClose, (t, value) => t with { HalfClose = value },
        "a session of which one side has ended is reset when the other side is silent for this long; `Idle` holds then as well, so a longer `HalfClose` has no effect",
        Duration.Of("1h"));

    public static readonly ValueOption<TimeoutsConfig, TimeSpan> Drain = new(
        nameof(Drain), new DurationType("0s", "365d"), t => t.Drain, (t, value) => t with { Drain = value },
        "at shutdown, the time that sessions have to end by themselves", Duration.Of("30s"));

    /// <summary>The kernel takes up to 32,767 s (net/ipv4/tcp.c: MAX_TCP_KEEPIDLE).</summary>
    public static readonly ValueOption<TimeoutsConfig, TimeSpan> KeepAlive = new(
        nameof(KeepAlive), new DurationType("1s", "9h", canBeOff: true), t => t.KeepAlive, (t, value) => t with { KeepAlive = value },
        "the silence of a peer after which its kernel is probed; in whole seconds", Duration.Of("1m"));

    public static readonly ValueOption<TimeoutsConfig, TimeSpan> KeepAliveInterval = new(
        nameof(KeepAliveInterval), new DurationType("1s", "9h"), t => t.KeepAliveInterval, (t, value) => t with { KeepAliveInterval = value },
        "the time between such probes; in whole seconds", Duration.Of("15s"));

    /// <summary>The kernel takes up to 24 days (milliseconds in an int).</summary>
    public static readonly ValueOption<TimeoutsConfig, TimeSpan> Unacknowledged = new(
        nameof(Unacknowledged), new DurationType("1s", "7d", canBeOff: true), t => t.Unacknowledged, (t, value) => t with { Unacknowledged = value },
        "a session is reset when a peer's kernel acknowledges neither bytes nor probes for this long, or takes nothing of what waits for it", Duration.Of("5m"));

    public static readonly Section<TimeoutsConfig> Section = new(
        "an object such as {\"Connect\": \"5s\"}", Connect, Handshake, Idle, HalfClose, Drain, KeepAlive, KeepAliveInterval, Unacknowledged);
}
