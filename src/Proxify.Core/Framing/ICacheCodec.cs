namespace Proxify.Framing;

/// <summary>What a codec has to know of its protocol for replies to be kept and given again.</summary>
internal interface ICacheCodec
{
    /// <summary>Whether a request's reply depends on one key alone, and on nothing else but the request's own bytes.</summary>
    bool TryGetKey(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> key);

    /// <summary>Tells the keys that a request touches, or that it may be any.</summary>
    void VisitKeys(ReadOnlySpan<byte> request, IKeyVisitor visitor);

    /// <summary>What a whole reply to a request of <see cref="TryGetKey"/> is.</summary>
    ReplyKind Judge(ReadOnlySpan<byte> reply);

    /// <summary>Whether a server says how long a key lives.</summary>
    bool TellsLifetimes => false;

    /// <summary>Asks how long a key lives; its reply comes behind the key's.</summary>
    byte[] LifetimeOf(ReadOnlySpan<byte> key) => [];

    /// <summary>Reads the reply to <see cref="LifetimeOf"/>.</summary>
    /// <param name="reply">All of it.</param>
    /// <param name="milliseconds">To the end of the key; <see cref="long.MaxValue"/>: it has none.</param>
    /// <returns>False: there is no such key.</returns>
    bool TryReadLifetime(ReadOnlySpan<byte> reply, out long milliseconds)
    {
        milliseconds = long.MaxValue;
        return true;
    }

    /// <summary>
    /// What a connection says that wants to hear of all keys that change, each request by itself; empty: the protocol has nothing of that kind.
    /// </summary>
    /// <param name="prefixes">Only of keys that begin with one of these; none: of all.</param>
    IReadOnlyList<byte[]> Subscribe(IReadOnlyList<ReadOnlyMemory<byte>> prefixes) => [];

    /// <summary>Asks for a sign of life, to be answered behind all that has changed before.</summary>
    byte[] Probe => [];

    /// <summary>Reads a message of such a connection.</summary>
    /// <param name="message">All of it, as <see cref="IFrameCodec.ScanReply"/> has found it.</param>
    /// <param name="visitor">Is told the keys that have changed.</param>
    /// <returns>Null: it told of keys. Otherwise whether it is a good answer to what was asked.</returns>
    bool? ReadNews(ReadOnlySpan<byte> message, IKeyVisitor visitor) => null;
}
