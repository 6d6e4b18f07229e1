namespace Proxify.Configuration;

/// <summary>
/// The record written for each session when it ends. What is not set here comes from the outer value (an app's from the proxy's, the proxy's from the default).
/// </summary>
public sealed record AccessLogConfig
{
    /// <summary>The share of sessions that get records, none to all. 0 to 1, default 1.</summary>
    public double? Sample { get; init; }

    /// <summary>The fields that are written, in their order; none twice. Default (empty): all of them.</summary>
    public IReadOnlyList<AccessLogField> Fields { get; init; } = [];

    /// <summary>A session that lives longer gets a record each time that this has passed, besides the one at its end. 1s to 365d or off, default off.</summary>
    public TimeSpan? Interim { get; init; }
}
