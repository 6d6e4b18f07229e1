namespace Proxify.Admission;

/// <summary>How fast new connections may come, to the proxy or to an app. User space and kernel go by the same record.</summary>
/// <param name="All">Of all sources together.</param>
/// <param name="PerSource">Of each source.</param>
/// <param name="Sources">What one source is. Where nothing is limited per source it plays no part, and is the default.</param>
internal readonly record struct RateLimits(Rate All, Rate PerSource, SourceMask Sources)
{
    public static readonly RateLimits None;

    public bool IsNone => All.IsNone && PerSource.IsNone;
}
