namespace Proxify.Transport;

/// <summary>
/// What the relays of a transport hold, all together, for peers that are slow to take it. Touched only where somebody is slow: other bytes pass it by.
/// </summary>
internal sealed class BufferBudget
{
    private long _held;
    private long _limit = long.MaxValue;
    private long _reserve;

    /// <summary>Bytes. May be changed at any time; a lower limit takes nothing from those who hold it.</summary>
    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    /// <summary>
    /// Bytes below the limit that are kept for what lies in shared buffers: with them whatever has been received may still move out of these when its receiver
    /// turns out to be slow, and the shared buffers come back to the others.
    /// </summary>
    public long Reserve
    {
        get => Volatile.Read(ref _reserve);
        set => Volatile.Write(ref _reserve, value);
    }

    /// <summary>Bytes that are held now.</summary>
    public long Held => Volatile.Read(ref _held);

    public bool IsSpent => Held >= Limit;

    /// <summary>Bytes that may still be taken, the reserve among them.</summary>
    public long Room => Limit - Held;

    /// <summary>Whether so much may be taken without the reserve.</summary>
    public bool HasRoom(long bytes) => Room - Reserve >= bytes;

    /// <summary>Counts memory that is about to be taken, unless that would pass the limit.</summary>
    public bool TryTake(long bytes)
    {
        while (true)
        {
            var held = Held;
            if (Limit - held < bytes)
                return false;
            if (Interlocked.CompareExchange(ref _held, held + bytes, held) == held)
                return true;
        }
    }

    /// <summary>Counts memory that is there already.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _held, bytes);

    public void Give(long bytes) => Interlocked.Add(ref _held, -bytes);

    /// <summary>Counts memory that is there already, for as long as the result is not disposed.</summary>
    public Hold TakeFor(long bytes)
    {
        Take(bytes);
        return new Hold(this, bytes);
    }

    public readonly struct Hold(BufferBudget budget, long bytes) : IDisposable
    {
        public void Dispose() => budget.Give(bytes);
    }
}
