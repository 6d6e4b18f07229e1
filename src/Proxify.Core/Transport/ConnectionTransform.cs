namespace Proxify.Transport;

/// <summary>
/// What stands between the bytes on a connection's wire and those that its session and its relay see; TLS, for one. It knows no sockets: spans go in and come
/// out. Opening and sealing know nothing of each other and may be done at the same time, each by one thread; what has to be said in return to what was opened
/// goes with the next bytes that are sealed.
/// </summary>
internal abstract class ConnectionTransform
{
    /// <summary>Whether the peer has said, in what was opened, that nothing follows. A FIN before that cuts the stream off, and counts as a reset.</summary>
    public abstract bool HasEnded { get; }

    /// <summary>The most bytes that <see cref="Open"/> may give for so many, those included that it has kept from before.</summary>
    public abstract int OpenBound(int length);

    /// <summary>Takes all of what has come over the wire, and keeps what is no whole yet.</summary>
    /// <returns>Bytes written to <paramref name="plain"/>; negative when it cannot be opened: the peer is as good as lost.</returns>
    public abstract int Open(ReadOnlySpan<byte> wire, Span<byte> plain);

    /// <summary>The most bytes that <see cref="Seal"/> may give for so many, and <see cref="SealEnd"/> for none.</summary>
    public abstract int SealBound(int length);

    /// <summary>Makes of all of <paramref name="plain"/> what goes over the wire.</summary>
    /// <returns>Bytes written to <paramref name="wire"/>.</returns>
    public abstract int Seal(ReadOnlySpan<byte> plain, Span<byte> wire);

    /// <summary>What goes before a FIN. Nothing is sealed after it.</summary>
    /// <returns>Bytes written to <paramref name="wire"/>.</returns>
    public abstract int SealEnd(Span<byte> wire);
}
