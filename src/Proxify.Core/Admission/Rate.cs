namespace Proxify.Admission;

/// <summary>A token bucket's size and speed, both as time, so that deciding takes additions and comparisons only (struct rate in bpf/rates.h).</summary>
/// <param name="Interval">Nanoseconds in which one token comes back; 0: no limit.</param>
/// <param name="Capacity">Nanoseconds in which an empty bucket fills up: the interval times the tokens that it holds.</param>
internal readonly record struct Rate(ulong Interval, ulong Capacity)
{
    /// <summary>No limit.</summary>
    public static readonly Rate None;

    public bool IsNone => Interval == 0;

    /// <param name="count">Connections per <paramref name="per"/>.</param>
    /// <param name="per">A time of at least <paramref name="count"/> nanoseconds.</param>
    /// <param name="burst">Tokens that the bucket holds, at least 1.</param>
    public static Rate Of(int count, TimeSpan per, int burst)
    {
        var interval = (ulong)per.Ticks * TimeSpan.NanosecondsPerTick / (ulong)count;
        return new Rate(interval, interval * (ulong)burst);
    }
}
