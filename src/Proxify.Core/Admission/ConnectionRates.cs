namespace Proxify.Admission;

/// <summary>The rates of the proxy or of an app, with the state of their buckets. Survives reloads that do not change them.</summary>
/// <param name="limits">What is enforced.</param>
/// <param name="sources">The sources' buckets, shared by all.</param>
public sealed class ConnectionRates(RateLimits limits, SourceBuckets sources)
{
    private readonly uint _owner = sources.NextOwner();
    private ulong _fullAt;

    public RateLimits Limits { get; } = limits;

    /// <summary>
    /// Takes the tokens of a new connection. The source's buckets come first, the proxy's and the app's: what they refuse takes nothing from the others. In bpf/steering.bpf.c it is the same order.
    /// </summary>
    /// <param name="global">The proxy's; null: none.</param>
    /// <param name="app">The app's; null: none.</param>
    /// <param name="source">128 bits, IPv4 v4-mapped.</param>
    /// <param name="now">Nanoseconds of a clock that does not go back.</param>
    /// <returns>What refuses it, or <see cref="LimitKind.None"/>.</returns>
    public static LimitKind Take(ConnectionRates? global, ConnectionRates? app, UInt128 source, ulong now)
    {
        if (global?.TryTakeOfSource(source, now) == false || app?.TryTakeOfSource(source, now) == false)
            return LimitKind.RatePerSource;
        return global?.TryTakeOfAll(now) == false || app?.TryTakeOfAll(now) == false ? LimitKind.Rate : LimitKind.None;
    }

    private bool TryTakeOfSource(UInt128 source, ulong now) => Limits.PerSource.IsNone || sources.TryTake(_owner, Limits.Sources.Apply(source), Limits.PerSource, now);

    private bool TryTakeOfAll(ulong now) => Limits.All.IsNone || TokenBucket.TryTake(ref _fullAt, Limits.All, now);
}
