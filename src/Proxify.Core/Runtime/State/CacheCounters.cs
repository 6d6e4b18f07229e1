using Proxify.Telemetry;

namespace Proxify.Runtime;

/// <summary>What an app's caches have come to, over all workers and endpoints.</summary>
internal sealed class CacheCounters
{
    private readonly StripedCounter[] _counts = StripedCounter.Together(7);

    /// <summary>Requests that were answered by what was kept.</summary>
    public StripedCounter Hits => _counts[0];

    /// <summary>Requests that went to the server, and whose replies may be kept.</summary>
    public StripedCounter Misses => _counts[1];

    /// <summary>Requests that waited for the reply to the same request of another client.</summary>
    public StripedCounter Followers => _counts[2];

    /// <summary>Changes that the server told of: a key, or all at once.</summary>
    public StripedCounter Invalidations => _counts[3];

    /// <summary>Entries that went to make room.</summary>
    public StripedCounter Evictions => _counts[4];

    /// <summary>Entries that are kept.</summary>
    public StripedCounter Entries => _counts[5];

    /// <summary>Bytes that they take.</summary>
    public StripedCounter Bytes => _counts[6];
}
