namespace Proxify.Configuration;

/// <summary>Which replies are kept, so that the proxy gives them by itself to whoever asks the same again.</summary>
public sealed record CacheConfig
{
    /// <summary>What the cache of the app may take, over all workers, in bytes. 1MiB to 1024GiB, default 64MiB.</summary>
    public long Memory { get; init; } = CacheOptions.Memory.Value;

    /// <summary>The longest that a reply is kept. 1ms to 1d, default 1m.</summary>
    public TimeSpan MaxAge { get; init; } = CacheOptions.MaxAge.Value;

    /// <summary>Replies that are larger, in bytes, are not kept. At most <see cref="Memory"/>. 1KiB to 16MiB, default 64KiB.</summary>
    public long MaxValue { get; init; } = CacheOptions.MaxValue.Value;

    /// <summary>
    /// Only replies about keys that begin with one of these are kept. At most 1,000, each of 1 to 255 characters. Default (empty): about all keys.
    /// </summary>
    public IReadOnlyList<string> Prefixes { get; init; } = [];

    /// <summary>Whether replies that say that there is no such key are kept, too. Default true.</summary>
    public bool Negative { get; init; } = CacheOptions.Negative.Value;
}
