namespace Proxify.Admission;

/// <summary>
/// A queue for something that there is not enough of: first come, first served, bounded in length and time. Whoever frees something admits the first of the
/// line on its behalf, under the line's lock; so nobody is woken in vain, and nobody is both let in and sent away. The lock is taken only when somebody waits
/// or has to.
/// </summary>
internal sealed class WaitingLine
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _line = new();
    private int _count;

    /// <summary>How many wait.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Waits until it is the waiter's turn and <see cref="Waiter.TryEnter"/> says yes. Resumes on the caller's synchronization context.</summary>
    /// <param name="waiter">A new one.</param>
    /// <param name="bound">So many may wait, this one included.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="abort">Ends the wait at once.</param>
    public async ValueTask<WaitOutcome> WaitAsync(Waiter waiter, int bound, TimeSpan timeout, TimeProvider timeProvider, CancellationToken abort)
    {
        if (!TryJoin(waiter, bound))
            return WaitOutcome.LineFull;
        if (waiter.Ended.IsCompleted)
            return await waiter.Ended;

        await using var timer = timeProvider.CreateTimer(_ => Leave(waiter, WaitOutcome.TimedOut), null, timeout, Timeout.InfiniteTimeSpan);
        await using var registration = abort.UnsafeRegister(_ => Leave(waiter, WaitOutcome.Aborted), null);
        return await waiter.Ended;
    }

    /// <summary>
    /// Something may have become free: lets in who can enter. To be called after it is free for all to see (an interlocked operation, or a memory barrier).
    /// </summary>
    public void Admit()
    {
        if (Count == 0)
            return;
        lock (_gate)
            AdmitFirst();
    }

    private bool TryJoin(Waiter waiter, int bound)
    {
        lock (_gate)
        {
            // Who comes here has just tried to enter by itself, and may for an instant have held what kept the first of the line out.
            AdmitFirst();
            // Counted before it looks: whoever frees something does that first and looks at the count then. One of the two sees the other.
            waiter.Place = waiter.MayBePassed && FirstStrict() is { } strict ? _line.AddBefore(strict, waiter) : _line.AddLast(waiter);
            Interlocked.Increment(ref _count);
            AdmitFirst();
            if (waiter.Place is null || _count <= bound)
                return true;
            Remove(waiter);
            return false;
        }
    }

    /// <summary>Before whom one that may be passed waits: it has been let in already, and what it still waits for is of no use to those who have not.</summary>
    private LinkedListNode<Waiter>? FirstStrict()
    {
        var place = _line.First;
        while (place is { Value.MayBePassed: true })
            place = place.Next;
        return place;
    }

    private void Leave(Waiter waiter, WaitOutcome outcome)
    {
        lock (_gate)
        {
            if (waiter.Place is null)
                return;
            Remove(waiter);
            waiter.End(outcome);
            AdmitFirst();
        }
    }

    private void AdmitFirst()
    {
        for (var place = _line.First; place is not null;)
        {
            var (waiter, next) = (place.Value, place.Next);
            if (waiter.TryEnter())
            {
                Remove(waiter);
                waiter.End(WaitOutcome.Entered);
            }
            else if (!waiter.MayBePassed)
            {
                return;
            }

            place = next;
        }
    }

    private void Remove(Waiter waiter)
    {
        _line.Remove(waiter.Place!);
        waiter.Place = null;
        Interlocked.Decrement(ref _count);
    }
}
