namespace Proxify.Sessions;

/// <summary>What lives at a moment. Striped, so that workers that add and remove seldom meet at a lock.</summary>
internal class Registry<T>
    where T : Registered<T>
{
    /// <summary>More than workers need to meet seldom: who walks through a million keeps nobody from a part for longer than it takes to copy 4,000.</summary>
    private const int StripeCount = 256;

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

    /// <summary>How many parts it has, of which each has about as much as any other.</summary>
    public int Parts => _stripes.Length;

    /// <summary>Those of this moment.</summary>
    public List<T> Snapshot()
    {
        var all = new List<T>(Count);
        for (var part = 0; part < Parts; part++)
            CopyTo(all, part);
        return all;
    }

    /// <summary>Adds those that one part has at this moment.</summary>
    public void CopyTo(List<T> items, int part)
    {
        var stripe = _stripes[part];
        lock (stripe.Gate)
        {
            for (var item = stripe.First; item is not null; item = item.Next)
                items.Add(item);
        }
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
        var stripes = new Stripe[StripeCount];
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
