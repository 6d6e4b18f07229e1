namespace Proxify.Configuration;

/// <summary>What an app's clients and targets speak, as far as the proxy reads it.</summary>
public enum AppProtocol
{
    /// <summary>Bytes, which are passed on as they come.</summary>
    Tcp,

    /// <summary>Redis and those like it (RESP2 and RESP3).</summary>
    Redis,

    /// <summary>memcached, in its text protocol, meta commands included.</summary>
    Memcached,

    /// <summary>Messages that say how long they are: see <see cref="LengthPrefixConfig"/>. Each request has one reply, in order.</summary>
    LengthPrefixed,

    /// <summary>Messages that end with a delimiter: see <see cref="LineConfig"/>. Each request has one reply, in order.</summary>
    Line,
}
