namespace Proxify.Sessions;

/// <summary>The live sessions. Striped, so that workers that add and remove seldom meet at a lock.</summary>
internal sealed class SessionRegistry
{
    private readonly Stripe[] _stripes = CreateStripes();
    private int _count;
    private volatile TaskCompletionSource? _empty;

    public int Count => Volatile.Read(ref _count);

    public void Add(Session session)
    {
        Interlocked.Increment(ref _count);
        var stripe = StripeOf(session);
        lock (stripe.Gate)
        {
            session.Next = stripe.First;
            if (stripe.First is { } first)
                first.Previous = session;
            stripe.First = session;
        }
    }

    public void Remove(Session session)
    {
        var stripe = StripeOf(session);
        lock (stripe.Gate)
        {
            if (session.Previous is { } previous)
                previous.Next = session.Next;
            else
                stripe.First = session.Next;
            if (session.Next is { } next)
                next.Previous = session.Previous;
            session.Next = session.Previous = null;
        }

        if (Interlocked.Decrement(ref _count) == 0)
            _empty?.TrySetResult();
    }

    /// <summary>The sessions of this moment.</summary>
    public List<Session> Snapshot()
    {
        var sessions = new List<Session>(Count);
        foreach (var stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                for (var session = stripe.First; session is not null; session = session.Next)
                    sessions.Add(session);
            }
        }

        return sessions;
    }

    /// <summary>Completes when no session is left. One caller at a time.</summary>
    public Task WhenEmpty()
    {
        // What was empty once may have been entered again: of an earlier time nobody waits for any more.
        if (_empty is not { Task.IsCompleted: false } empty)
            _empty = empty = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Interlocked.MemoryBarrier(); // Remove() counts down, then looks for a waiter; here it is the other way round.
        if (Count == 0)
            empty.TrySetResult();
        return empty.Task;
    }

    private Stripe StripeOf(Session session) =>
        _stripes[System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(session) & (_stripes.Length - 1)];

    private static Stripe[] CreateStripes()
    {
        var stripes = new Stripe[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Environment.ProcessorCount) * 4];
        for (var i = 0; i < stripes.Length; i++)
            stripes[i] = new Stripe();
        return stripes;
    }

    private sealed class Stripe
    {
        public Lock Gate { get; } = new();

        public Session? First { get; set; }
    }
}
