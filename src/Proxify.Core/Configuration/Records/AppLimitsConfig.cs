namespace Proxify.Configuration;

/// <summary>The limits of an app. Those of the whole proxy hold besides them.</summary>
public sealed record AppLimitsConfig : LimitsConfig
{
    /// <summary>The most that may wait.</summary>
    public const int MaxQueue = 1_000_000;

    /// <summary>As many sessions wait where nothing is set.</summary>
    public const int DefaultQueue = 1000;

    /// <summary>Live sessions of one target endpoint, 1 to <see cref="LimitsConfig.MaxSessions"/>. A full target is not picked. Default: no limit.</summary>
    public int? SessionsPerTarget { get; init; }

    /// <summary>How many sessions may wait for a place, 0 to <see cref="MaxQueue"/>, first come first served. Default: <see cref="DefaultQueue"/>.</summary>
    public int Queue { get; init; } = DefaultQueue;

    /// <summary>How long a session waits before it is reset, 1 ms to 1 h. Default: 5 s.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
