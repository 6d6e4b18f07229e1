namespace Proxify.Admission;

/// <summary>
/// The sources' buckets, of a fixed number however many sources there are: what an attacker cannot make grow. A set of eight takes those that hash to it; a
/// newcomer to a full set takes the place of the bucket that is full again or will be soonest. A full bucket is as good as none, so that is mostly without
/// loss, and whoever spends tokens stays known.
/// </summary>
internal sealed class SourceBuckets
{
    /// <summary>As many as in the kernel's map; 3 MB, from the first use on.</summary>
    public const int Capacity = 65_536;

    private const int Ways = 8;
    private const int Sets = Capacity / Ways;

    // Neighbouring sets have different locks.
    private const int Locks = 64;

    private readonly Lazy<Bucket[]> _buckets = new(() => new Bucket[Capacity]);
    private readonly Lock[] _locks = [.. Enumerable.Range(0, Locks).Select(_ => new Lock())];
    private uint _lastOwner;

    /// <summary>A number for somebody who has buckets of its own here; never given twice.</summary>
    public uint NextOwner() => Interlocked.Increment(ref _lastOwner);

    /// <param name="owner">Of <see cref="NextOwner"/>.</param>
    /// <param name="source">A masked address.</param>
    /// <param name="rate">The owner's rate.</param>
    /// <param name="now">Nanoseconds of a clock that does not go back.</param>
    /// <returns>Whether there was a token.</returns>
    public bool TryTake(uint owner, UInt128 source, in Rate rate, ulong now)
    {
        var set = SetOf(owner, source);
        lock (_locks[set % Locks])
        {
            ref var bucket = ref Find(set, owner, source);
            if (bucket.Owner != owner || bucket.Source != source)
                bucket = new Bucket { Owner = owner, Source = source };
            if (!TokenBucket.TryTake(bucket.FullAt, rate, now, out var next))
                return false;
            bucket.FullAt = next;
            return true;
        }
    }

    /// <summary>Whether <see cref="TryTake"/> with the same arguments would find a token; takes none.</summary>
    public bool HasToken(uint owner, UInt128 source, in Rate rate, ulong now)
    {
        var set = SetOf(owner, source);
        lock (_locks[set % Locks])
        {
            ref var bucket = ref Find(set, owner, source);
            return bucket.Owner != owner || bucket.Source != source || TokenBucket.TryTake(bucket.FullAt, rate, now, out _);
        }
    }

    /// <summary>Those that are not full, each with its owner.</summary>
    /// <param name="now">Nanoseconds of the clock that they were taken from by.</param>
    public IEnumerable<(uint Owner, UInt128 Source, ulong FullAt)> Spent(ulong now) => !_buckets.IsValueCreated ? []
        : _buckets.Value.Where(bucket => bucket.FullAt > now).Select(static bucket => (bucket.Owner, bucket.Source, bucket.FullAt));

    /// <summary>Goes on with a bucket that somebody else has kept until now.</summary>
    public void Resume(uint owner, UInt128 source, ulong fullAt)
    {
        var set = SetOf(owner, source);
        lock (_locks[set % Locks])
            Find(set, owner, source) = new Bucket { Owner = owner, Source = source, FullAt = fullAt };
    }

    // HashCode is seeded anew in every process: nobody can prepare sources that all meet in one set.
    private static int SetOf(uint owner, UInt128 source) => (int)((uint)HashCode.Combine(owner, source) % Sets);

    /// <summary>The source's bucket, or the one whose place a new one would take.</summary>
    private ref Bucket Find(int set, uint owner, UInt128 source)
    {
        var ways = _buckets.Value.AsSpan(set * Ways, Ways);
        ref var first = ref ways[0];
        foreach (ref var way in ways)
        {
            if (way.Owner == owner && way.Source == source)
                return ref way;
            if (way.FullAt < first.FullAt)
                first = ref way;
        }

        return ref first;
    }

    private struct Bucket
    {
        public UInt128 Source;
        public ulong FullAt;
        public uint Owner;
    }
}
