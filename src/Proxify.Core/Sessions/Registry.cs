namespace Proxify.Sessions;

/// <summary>What lives at a moment. Striped, so that workers that add and remove seldom meet at a lock.</summary>
internal class Registry<T>
    where T : Registered<T>
{
    private readonly Stripe[] _stripes = CreateStripes();
    private int _count;
    private volatile TaskCompletionSource? _empty;

    public int Count => Volatile.Read(ref _count);

    public void Add(T item)
    {
        Interlocked.Increment(ref _count);
        var stripe = StripeOf(item);
        lock (stripe.Gate)
        {
            item.Next = stripe.First;
            if (stripe.First is { } first)
                first.Previous = item;
            stripe.First = item;
        }
    }

    public void Remove(T item)
    {
        var stripe = StripeOf(item);
        lock (stripe.Gate)
        {
            if (item.Previous is { } previous)
                previous.Next = item.Next;
            else
                stripe.First = item.Next;
            if (item.Next is { } next)
                next.Previous = item.Previous;
            item.Next = item.Previous = null;
        }

        if (Interlocked.Decrement(ref _count) == 0)
            _empty?.TrySetResult();
    }

    /// <summary>Those of this moment.</summary>
    public List<T> Snapshot()
    {
        var all = new List<T>(Count);
        foreach (var stripe in _stripes)
        {
            lock (stripe.Gate)
            {
                for (var item = stripe.First; item is not null; item = item.Next)
                    all.Add(item);
            }
        }

        return all;
    }

    /// <summary>Completes when none is left. One caller at a time.</summary>
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

    private Stripe StripeOf(T item) =>
        _stripes[System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(item) & (_stripes.Length - 1)];

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

        public T? First { get; set; }
    }
}
