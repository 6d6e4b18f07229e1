using Proxify.Framing;

namespace Proxify.Multiplexing;

/// <summary>A request whose reply may be kept, on its way: whoever asks the same meanwhile waits for it.</summary>
internal sealed class Flight(byte[] request, int slot, ulong generation, PooledConnection via, bool isKept)
{
    private ByteQueue _reply;

    public byte[] Request => request;

    /// <summary>Of its key, in the cache's table of generations.</summary>
    public int Slot => slot;

    /// <summary>The key's generation: when the request was sent, then when its reply came.</summary>
    public ulong Generation { get; set; } = generation;

    public PooledConnection Via => via;

    /// <summary>Whether its reply is wanted for the cache; otherwise only for those who wait.</summary>
    public bool IsKept { get; set; } = isKept;

    /// <summary>Of <see cref="Reply"/>.</summary>
    public ReplyKind Kind { get; set; }

    /// <summary>Those who wait for the same reply.</summary>
    public int Followers { get; set; }

    /// <summary>Its reply, once <see cref="IsOver"/>; null: it has become too long to be kept.</summary>
    public byte[]? Reply { get; private set; }

    public bool IsOver { get; private set; }

    public void Add(ReadOnlySpan<byte> piece, int most)
    {
        if (IsClosed)
            return;
        if (_reply.Length + piece.Length <= most && (IsKept || Followers > 0))
        {
            _reply.Append(piece);
            return;
        }

        IsKept = false;
        IsClosed = true;
        _reply.Clear();
    }

    /// <summary>Nobody can wait for it any more, and those who do have to ask for themselves: its beginning is gone.</summary>
    public bool IsClosed { get; private set; }

    public void End()
    {
        IsOver = true;
        if (!IsClosed)
            Reply = _reply.Span.ToArray();
        _reply.Clear();
    }
}
