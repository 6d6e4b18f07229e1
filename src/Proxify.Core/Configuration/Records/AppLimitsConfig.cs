namespace Proxify.Configuration;

/// <summary>The limits of an app. Those of the whole proxy hold besides them.</summary>
public sealed record AppLimitsConfig : LimitsConfig
{
    /// <summary>Live sessions of one target endpoint, 1 to 10,000,000. A full target is not picked. Default: no limit.</summary>
    public int? SessionsPerTarget { get; init; }

    /// <summary>How many sessions may wait for a place, 0 to 1,000,000, first come first served. Default: 1,000.</summary>
    public int Queue { get; init; } = AppLimitsOptions.Queue.Value;

    /// <summary>How long a session waits before it is reset, 1 ms to 1 h. Default: 5 s.</summary>
    public TimeSpan QueueTimeout { get; init; } = AppLimitsOptions.QueueTimeout.Value;
}
