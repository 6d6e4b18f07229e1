namespace Proxify.Configuration;

/// <summary>The record written for each session when it ends.</summary>
public sealed record AccessLogConfig
{
    /// <summary>The share of sessions that get a record, none to all. 0 to 1, default 1.</summary>
    public double Sample { get; init; } = AccessLogOptions.Sample.Value;
}
