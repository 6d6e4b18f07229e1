namespace Proxify.Configuration;

/// <summary>The limits of an app. Those of the whole proxy hold besides them.</summary>
public sealed record AppLimitsConfig : LimitsConfig
{
    /// <summary>Live sessions of one target endpoint; a full target is not picked. 1 to 10,000,000, default: no limit.</summary>
    public int? SessionsPerTarget { get; init; }

    /// <summary>How many sessions may wait for a place, first come first served. 0 to 1,000,000, default 1,000.</summary>
    public int Queue { get; init; } = AppLimitsOptions.Queue.Value;

    /// <summary>How long a session waits before it is reset. 1ms to 1h, default 5s.</summary>
    public TimeSpan QueueTimeout { get; init; } = AppLimitsOptions.QueueTimeout.Value;
}
