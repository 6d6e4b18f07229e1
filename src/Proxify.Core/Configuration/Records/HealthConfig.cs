using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// How targets are watched. Null means: not set here, so the outer value holds (an app's from the proxy's, the proxy's from the default).
/// </summary>
public sealed record HealthConfig
{
    /// <summary>Whether targets are checked at all times. Default true.</summary>
    public bool? Active { get; init; }

    /// <summary>What a check needs for a start. Default <see cref="CheckType.Tls"/> in an app with
    /// <see cref="AppConfig.TargetTls"/>, unless there is a <see cref="Port"/> or an <see cref="Address"/>; otherwise <see cref="CheckType.Tcp"/>.</summary>
    public CheckType? Type { get; init; }

    /// <summary>What a check sends, up to 4,096 bytes; empty (default): nothing.</summary>
    public ReadOnlyMemory<byte>? Send { get; init; }

    /// <summary>What has to come somewhere in the first 16 KiB of the answer, up to 4,096 bytes; empty (default): no answer is waited for.</summary>
    public ReadOnlyMemory<byte>? Expect { get; init; }

    /// <summary>The port that checks connect to, 1 to 65,535. Default: the target's.</summary>
    public int? Port { get; init; }

    /// <summary>The address that checks connect to. Default: the target's.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Between two checks of a target. 100ms to 1d, default 5s.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The same while its status is changing. 100ms to 1d, default 1s.</summary>
    public TimeSpan? FastInterval { get; init; }

    /// <summary>For one check. 1ms to 10m, default 2s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Good checks in a row until a target is up. 1 to 1,000, default 2.</summary>
    public int? Rise { get; init; }

    /// <summary>Bad checks in a row until it is down. 1 to 1,000, default 3.</summary>
    public int? Fall { get; init; }

    /// <summary>Connects that fail in a row until it is ejected; a connect timeout is enough by itself. 0: never. 0 to 1,000, default 3.</summary>
    public int? EjectAfter { get; init; }

    /// <summary>The share of failed connects that ejects; 0: none does. 0 to 1, default 0.</summary>
    public double? FailureRate { get; init; }

    /// <summary>Over which that share is taken. 100ms to 1d, default 10s.</summary>
    public TimeSpan? FailureWindow { get; init; }

    /// <summary>Connects in that time before the share says anything. 1 to 1,000,000, default 10.</summary>
    public int? FailureTries { get; init; }

    /// <summary>The first ejection. 100ms to 1d, default 10s.</summary>
    public TimeSpan? EjectFor { get; init; }

    /// <summary>The longest, no less than <see cref="EjectFor"/>. 100ms to 1d, default 5m.</summary>
    public TimeSpan? EjectMax { get; init; }

    /// <summary>
    /// How long a target may leave a client's first bytes unanswered while its siblings answer theirs. 50ms to 1d or off, default off:
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, for ever.
    /// </summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>
    /// A session that its target ends within this time of its connect, without having sent a byte, counts as a failed connect. 50ms to 1d or off,
    /// default off: <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, none does.
    /// </summary>
    public TimeSpan? EarlyClose { get; init; }

    /// <summary>When a smaller share of targets is available all are used; 0: when none is. 0 to 1, default 0.</summary>
    public double? PanicBelow { get; init; }

    /// <summary>
    /// What becomes of a target's live sessions when it goes down by checks or <see cref="FirstByte"/>. Default <see cref="SessionsFate.Keep"/>.
    /// </summary>
    public SessionsFate? OnDown { get; init; }

    /// <summary>The same when a reload or its name has removed it. Default <see cref="SessionsFate.Keep"/>.</summary>
    public SessionsFate? OnRemove { get; init; }

    /// <summary>Within which time <see cref="SessionsFate.Drain"/> resets. 1ms to 1d, default 30s.</summary>
    public TimeSpan? DownDrain { get; init; }
}
