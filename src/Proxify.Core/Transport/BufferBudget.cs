namespace Proxify.Transport;

/// <summary>What the relays of a transport hold, all together, for peers that are slow to take it. Touched only where somebody is slow: other bytes pass it by.</summary>
internal sealed class BufferBudget
{
    private long _held;
    private long _limit = long.MaxValue;

    /// <summary>Bytes. May be changed at any time; a lower limit takes nothing from those who hold it.</summary>
    public long Limit
    {
        get => Volatile.Read(ref _limit);
        set => Volatile.Write(ref _limit, value);
    }

    /// <summary>Bytes that are held now.</summary>
    public long Held => Volatile.Read(ref _held);

    public bool IsSpent => Held >= Limit;

    /// <summary>Bytes that may still be taken.</summary>
    public long Room => Limit - Held;

    public bool HasRoom(long bytes) => Room >= bytes;

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
}
