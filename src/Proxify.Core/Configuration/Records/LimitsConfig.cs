namespace Proxify.Configuration;

/// <summary>How much may come in at once, and how fast. Null (written <c>"off"</c>, or left out) is no limit.</summary>
public record LimitsConfig
{
    /// <summary>Live sessions. 1 to 10,000,000, default: no limit.</summary>
    public int? Sessions { get; init; }

    /// <summary>Live sessions of one source, waiting ones included. 1 to 10,000,000, default: no limit.</summary>
    public int? SessionsPerSource { get; init; }

    /// <summary>New connections per time. Default: no limit.</summary>
    public ConnectionRate? Rate { get; init; }

    /// <summary>
    /// How many of them may come at once. 1 to 1,000,000, default: <see cref="ConnectionRate.Count"/> of <see cref="Rate"/>.
    /// </summary>
    public int? Burst { get; init; }

    /// <summary>New connections per time from one source. Default: no limit.</summary>
    public ConnectionRate? RatePerSource { get; init; }

    /// <summary>
    /// How many of them may come at once, 1 to 1,000,000. Default: <see cref="ConnectionRate.Count"/> of
    /// <see cref="RatePerSource"/>.
    /// </summary>
    public int? BurstPerSource { get; init; }

    /// <summary>By how much of their addresses sources are told apart.</summary>
    public SourcePrefixConfig SourcePrefix { get; init; } = new();
}
