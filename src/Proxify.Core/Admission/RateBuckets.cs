namespace Proxify.Admission;

/// <summary>The rates of the proxy or of an app, with the state of their buckets. Survives reloads that do not change them.</summary>
/// <param name="limits">What is enforced.</param>
/// <param name="sources">The sources' buckets, shared by all.</param>
internal sealed class RateBuckets(RateLimits limits, SourceBuckets sources)
{
    private readonly uint _owner = sources.NextOwner();
    private ulong _fullAt;

    public RateLimits Limits { get; } = limits;

    /// <summary>By which <see cref="SourceBuckets.Spent"/> knows it.</summary>
    public uint Owner => _owner;

    /// <summary>When the bucket of all sources together will be full.</summary>
    public ulong FullAt => Volatile.Read(ref _fullAt);

    /// <summary>Goes on with buckets that another process has kept until now.</summary>
    public void Resume(ulong fullAt, IEnumerable<(UInt128 Source, ulong FullAt)> ofSources)
    {
        Volatile.Write(ref _fullAt, fullAt);
        foreach (var (source, its) in ofSources)
            sources.Resume(_owner, source, its);
    }

    /// <summary>
    /// Takes the tokens of a new connection: all of them or none, so that a flood which one rate refuses spends nothing of the others. In bpf/rates.h it
    /// is the same.
    /// </summary>
    /// <param name="global">The proxy's; null: none.</param>
    /// <param name="app">The app's; null: none.</param>
    /// <param name="source">128 bits, IPv4 v4-mapped.</param>
    /// <param name="now">Nanoseconds of a clock that does not go back.</param>
    /// <returns>What refuses it, or <see cref="LimitKind.None"/>.</returns>
    public static LimitKind Take(RateBuckets? global, RateBuckets? app, UInt128 source, ulong now)
    {
        if (global?.Look(source, now) is { } over and not LimitKind.None)
            return over;
        if (app?.Look(source, now) is { } overIts and not LimitKind.None)
            return overIts;
        // Somebody else may have taken the last token since.
        return global?.TryTake(source, now) == false || app?.TryTake(source, now) == false ? LimitKind.Rate : LimitKind.None;
    }

    private LimitKind Look(UInt128 source, ulong now)
    {
        if (!Limits.PerSource.IsNone && !sources.HasToken(_owner, Limits.Sources.Apply(source), Limits.PerSource, now))
            return LimitKind.RatePerSource;
        return Limits.All.IsNone || TokenBucket.TryTake(Volatile.Read(ref _fullAt), Limits.All, now, out _) ? LimitKind.None : LimitKind.Rate;
    }

    private bool TryTake(UInt128 source, ulong now) =>
        (Limits.PerSource.IsNone || sources.TryTake(_owner, Limits.Sources.Apply(source), Limits.PerSource, now))
        && (Limits.All.IsNone || TokenBucket.TryTake(ref _fullAt, Limits.All, now));
}
