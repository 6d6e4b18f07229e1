using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// How targets are watched. Null means: not set here, so the outer value holds (an app's from the proxy's, the proxy's from the default).
/// </summary>
public sealed record HealthConfig
{
    /// <summary>Whether targets are checked at all times. Default: true.</summary>
    public bool? Active { get; init; }

    /// <summary>What a check needs for a start. Default: <see cref="CheckType.Tcp"/>.</summary>
    public CheckType? Type { get; init; }

    /// <summary>What a check sends, up to 4,096 bytes; empty: nothing. Default: nothing.</summary>
    public ReadOnlyMemory<byte>? Send { get; init; }

    /// <summary>What has to come somewhere in the first 16 KiB of the answer, up to 4,096 bytes; empty: no answer is waited for. Default: empty.</summary>
    public ReadOnlyMemory<byte>? Expect { get; init; }

    /// <summary>The port that checks connect to, 1-65535. Default: the target's.</summary>
    public int? Port { get; init; }

    /// <summary>The address that checks connect to. Default: the target's.</summary>
    public IPAddress? Address { get; init; }

    /// <summary>Between two checks of a target. 100 ms to 1 day. Default 5 s.</summary>
    public TimeSpan? Interval { get; init; }

    /// <summary>The same while its status is changing. 100 ms to 1 day. Default 1 s.</summary>
    public TimeSpan? FastInterval { get; init; }

    /// <summary>For one check. 1 ms to 10 min. Default 2 s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Good checks in a row until a target is up, 1-1000. Default 2.</summary>
    public int? Rise { get; init; }

    /// <summary>Bad checks in a row until it is down, 1-1000. Default 3.</summary>
    public int? Fall { get; init; }

    /// <summary>Connects that fail in a row until it is ejected, 0-1000; a connect timeout is enough by itself. 0: never. Default 3.</summary>
    public int? EjectAfter { get; init; }

    /// <summary>The share of failed connects that ejects, 0-1. 0 (default): none does.</summary>
    public double? FailureRate { get; init; }

    /// <summary>Over which that share is taken. 100 ms to 1 day. Default 10 s.</summary>
    public TimeSpan? FailureWindow { get; init; }

    /// <summary>Connects in that time before the share says anything, 1-1,000,000. Default 10.</summary>
    public int? FailureTries { get; init; }

    /// <summary>The first ejection. 100 ms to 1 day. Default 10 s.</summary>
    public TimeSpan? EjectFor { get; init; }

    /// <summary>The longest. 100 ms to 1 day, no less than <see cref="EjectFor"/>. Default 5 min.</summary>
    public TimeSpan? EjectMax { get; init; }

    /// <summary>
    /// How long a target may leave a client's first bytes unanswered while its siblings answer theirs. 50 ms to 1 day.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> (default): for ever.
    /// </summary>
    public TimeSpan? FirstByte { get; init; }

    /// <summary>
    /// A session that its target ends within this time of its connect, without having sent a byte, counts as a failed connect. 50 ms to 1 day.
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> (default): none does.
    /// </summary>
    public TimeSpan? EarlyClose { get; init; }

    /// <summary>When a smaller share of targets is available all are used, 0-1. 0 (default): when none is.</summary>
    public double? PanicBelow { get; init; }

    /// <summary>
    /// What becomes of a target's live sessions when it goes down by checks or <see cref="FirstByte"/>. Default: <see cref="SessionsFate.Keep"/>.
    /// </summary>
    public SessionsFate? OnDown { get; init; }

    /// <summary>The same when a reload or its name has removed it. Default: <see cref="SessionsFate.Keep"/>.</summary>
    public SessionsFate? OnRemove { get; init; }

    /// <summary>Within which time <see cref="SessionsFate.Drain"/> resets. 1 ms to 1 day. Default 30 s.</summary>
    public TimeSpan? DownDrain { get; init; }
}
