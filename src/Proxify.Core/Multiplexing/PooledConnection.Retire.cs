namespace Proxify.Multiplexing;

/// <summary>Its end by order.</summary>
internal sealed partial class PooledConnection
{
    /// <summary>For what is in flight.</summary>
    private const int LongestRetireMilliseconds = 5_000;

    /// <summary>It takes no more requests, and ends when those that it has are answered.</summary>
    public bool IsRetiring { get; private set; }

    /// <summary>From any thread: its clients go on over others.</summary>
    public void RetireSoon() => pool.Worker.Post(Retire);

    private void Retire()
    {
        if (IsRetiring || IsOver)
            return;
        IsRetiring = true;
        var limit = pool.Worker.NewTimer(Lose);
        limit.Set(pool.Worker.Now + LongestRetireMilliseconds);
        EndRetired();
        LetBlockedGoOn();
    }

    private void EndRetired()
    {
        if (IsRetiring && _pending.Count == 0)
            Lose();
    }
}
