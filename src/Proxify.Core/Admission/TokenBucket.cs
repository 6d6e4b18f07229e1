namespace Proxify.Admission;

/// <summary>
/// A token bucket is one number: the instant at which it will be full if nobody takes any more. What is missing until then is the debt; a bucket that was never
/// used is 0, full since ever. take() in bpf/rates.h is the same arithmetic.
/// </summary>
internal static class TokenBucket
{
    /// <param name="fullAt">The bucket; several threads may take from it at once.</param>
    /// <param name="rate">Its rate, which is not <see cref="Rate.None"/>.</param>
    /// <param name="now">Nanoseconds of a clock that does not go back.</param>
    /// <returns>Whether there was a token. If there was none nothing is taken.</returns>
    public static bool TryTake(ref ulong fullAt, in Rate rate, ulong now)
    {
        var seen = Volatile.Read(ref fullAt);
        while (true)
        {
            if (!TryTake(seen, rate, now, out var next))
                return false;
            var found = Interlocked.CompareExchange(ref fullAt, next, seen);
            if (found == seen)
                return true;
            seen = found;
        }
    }

    /// <summary>The arithmetic alone, for a bucket that only the caller changes.</summary>
    /// <param name="fullAt">The bucket.</param>
    /// <param name="rate">Its rate, which is not <see cref="Rate.None"/>.</param>
    /// <param name="now">Nanoseconds of a clock that does not go back.</param>
    /// <param name="next">The bucket with one token less.</param>
    public static bool TryTake(ulong fullAt, in Rate rate, ulong now, out ulong next)
    {
        var missing = fullAt > now ? fullAt - now : 0;
        next = now + missing + rate.Interval;
        return missing + rate.Interval <= rate.Capacity;
    }
}
