namespace Proxify.Configuration;

/// <summary>
/// How the requests of an app's clients go to its targets, where the proxy reads them. Null means: not set here, so the outer value holds (an app's from the
/// proxy's, the proxy's from the default).
/// </summary>
public sealed record RequestsConfig
{
    /// <summary>Connections that the clients of a worker share, to each target. 1 to 16, default 1.</summary>
    public int? Connections { get; init; }

    /// <summary>Requests of one client that wait for their replies at a time; what it sends besides is not read yet. 1 to 10,000, default 128.</summary>
    public int? MostInFlight { get; init; }

    /// <summary>From sending a request to the end of its reply. 1ms to 1h or off, default 10s.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// A request that takes longer is logged, by the name of its command alone. 1ms to 1h or off, default off:
    /// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/>, none is.
    /// </summary>
    public TimeSpan? Slow { get; init; }
}
