namespace Proxify.Telemetry;

/// <summary>
/// Keeps a flood of events from filling the log: lets a burst through, then one per interval, and counts the rest, so that the next line can say how many
/// there were. From any thread, without a lock: one number says when the next event would be due if all had come at an even pace.
/// </summary>
/// <param name="burst">How many may pass at once after a long rest, at least 1. Default 1.</param>
/// <param name="describe">How the next line tells of those held back. Default: " (3 more since the last such line)".</param>
internal sealed class LogThrottle(int burst = 1, Func<long, Count>? describe = null)
{
    private long _dueAt;
    private long _suppressed;

    /// <param name="timeProvider">The clock.</param>
    /// <param name="interval">The time in which one more event may pass.</param>
    /// <param name="suppressed">How many were held back since the last one that passed.</param>
    public bool TryPass(TimeProvider timeProvider, TimeSpan interval, out Count suppressed)
    {
        suppressed = default;
        var now = timeProvider.GetTimestamp();
        var step = (long)(interval.TotalSeconds * timeProvider.TimestampFrequency);
        var due = Volatile.Read(ref _dueAt);
        if (now < due - ((burst - 1) * step) || Interlocked.CompareExchange(ref _dueAt, Math.Max(due, now) + step, due) != due)
        {
            Interlocked.Increment(ref _suppressed);
            return false;
        }

        var held = Interlocked.Exchange(ref _suppressed, 0);
        suppressed = describe is null ? Count.Besides(held, "more since the last such line") : describe(held);
        return true;
    }
}
