namespace Proxify.Admission;

/// <summary>Counts live sessions, exactly: with a limit no more get in, however many threads come at once.</summary>
internal sealed class SessionSlots
{
    /// <summary>As a limit: none.</summary>
    public const int Unlimited = int.MaxValue;

    private int _taken;
    private volatile int _limit = Unlimited;

    /// <summary>At least 1. A lower one cuts nobody, and lets nobody in until enough have gone. Default: <see cref="Unlimited"/>.</summary>
    public int Limit
    {
        get => _limit;
        set => _limit = value;
    }

    public int Taken => Volatile.Read(ref _taken);

    /// <summary>Takes a place if there is one.</summary>
    public bool TryTake()
    {
        for (var taken = Volatile.Read(ref _taken); taken < _limit;)
        {
            var found = Interlocked.CompareExchange(ref _taken, taken + 1, taken);
            if (found == taken)
                return true;
            taken = found;
        }

        return false;
    }

    public void Free() => Interlocked.Decrement(ref _taken);
}
