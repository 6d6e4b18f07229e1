namespace Proxify.Telemetry;

/// <summary>Lets one event through per interval and counts the rest, so that a flood of failures is one log line with a number.</summary>
public sealed class RateLimiter
{
    private long _next = long.MinValue;
    private long _suppressed;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="interval">The shortest time between two events that pass.</param>
    /// <param name="suppressed">How many were held back since the last one that passed.</param>
    public bool TryPass(TimeProvider timeProvider, TimeSpan interval, out Count suppressed)
    {
        suppressed = default;
        var now = timeProvider.GetTimestamp();
        var next = Volatile.Read(ref _next);
        if (now < next || Interlocked.CompareExchange(ref _next, now + (long)(interval.TotalSeconds * timeProvider.TimestampFrequency), next) != next)
        {
            Interlocked.Increment(ref _suppressed);
            return false;
        }

        suppressed = Count.Besides(Interlocked.Exchange(ref _suppressed, 0), "more since the last such line");
        return true;
    }
}
