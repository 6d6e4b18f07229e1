namespace Proxify.Admission;

/// <summary>Counts each source's live sessions. Holds an entry only for sources that have some: no more than there are sessions.</summary>
internal sealed class SourceSlots
{
    private readonly Stripe[] _stripes = [.. Enumerable.Range(0, 32).Select(_ => new Stripe())];

    /// <summary>Sources that have sessions.</summary>
    public int Count
    {
        get
        {
            var count = 0;
            foreach (var stripe in _stripes)
            {
                lock (stripe.Gate)
                    count += stripe.Taken.Count;
            }

            return count;
        }
    }

    /// <summary>Takes a place if the source has fewer than <paramref name="limit"/>.</summary>
    /// <param name="source">A masked address.</param>
    /// <param name="limit">At least 1.</param>
    public bool TryTake(UInt128 source, int limit)
    {
        var stripe = StripeOf(source);
        lock (stripe.Gate)
        {
            ref var taken = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(stripe.Taken, source, out _);
            if (taken >= limit)
                return false;
            taken++;
            return true;
        }
    }

    public void Free(UInt128 source)
    {
        var stripe = StripeOf(source);
        lock (stripe.Gate)
        {
            if (--System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrNullRef(stripe.Taken, source) == 0)
                stripe.Taken.Remove(source);
        }
    }

    private Stripe StripeOf(UInt128 source) => _stripes[(uint)HashCode.Combine(source) % _stripes.Length];

    private sealed class Stripe
    {
        public Lock Gate { get; } = new();

        public Dictionary<UInt128, int> Taken { get; } = [];
    }
}
