namespace Proxify.Transport;

/// <summary>
/// What stands between the bytes on a connection's wire and those that its session and its relay see; TLS, for one. It knows no sockets: spans go in and come
/// out. Opening and sealing know nothing of each other and may be done at the same time, each by one thread. Disposed when neither is done any more.
/// </summary>
internal abstract class ConnectionTransform : IDisposable
{
    /// <summary>Whether the peer has said, in what was opened, that nothing follows. A FIN before that cuts the stream off, and counts as a reset.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>What came cannot be opened any further: the peer is as good as lost, behind what was opened. <see cref="SealEnd"/> says why.</summary>
    public abstract bool IsBroken { get; }

    /// <summary>What was opened has to be answered: <see cref="Seal"/> does it before anything else, be it called without bytes.</summary>
    public virtual bool HasReply => false;

    /// <summary>Of a stream that is lost, why; set by who has met it. Null: it is not lost, or a reset has come.</summary>
    public TransformLoss? Loss { get; set; }

    /// <summary>The most bytes that <see cref="Open"/> may give for so many, those included that it has kept from before.</summary>
    public abstract int OpenBound(int length);

    /// <summary>Takes all of what has come over the wire, and keeps what is no whole yet.</summary>
    /// <returns>Bytes written to <paramref name="plain"/>.</returns>
    public abstract int Open(ReadOnlySpan<byte> wire, Span<byte> plain);

    /// <summary>The most bytes that <see cref="Seal"/> may give for so many, and <see cref="SealEnd"/> for none.</summary>
    public abstract int SealBound(int length);

    /// <summary>Makes of all of <paramref name="plain"/> what goes over the wire.</summary>
    /// <returns>Bytes written to <paramref name="wire"/>.</returns>
    public abstract int Seal(ReadOnlySpan<byte> plain, Span<byte> wire);

    /// <summary>What goes before a FIN. Nothing is sealed after it.</summary>
    /// <returns>Bytes written to <paramref name="wire"/>.</returns>
    public abstract int SealEnd(Span<byte> wire);

    public abstract void Dispose();
}
