using System.Runtime.InteropServices;
using System.Diagnostics.CodeAnalysis;
using Proxify.Caching;
using Proxify.Framing;
using Proxify.Runtime;

namespace Proxify.Multiplexing;

/// <summary>
/// Replies of one endpoint that one worker keeps. Each key has a generation, which goes up with everything that may have changed it, and with every reply of
/// the server that may show a change: an entry of an earlier generation is over. So no client sees a key go back in time, whatever it asks and over whichever
/// connection.
/// </summary>
internal sealed class ReplyCache : IKeyVisitor, IDisposable
{
    /// <summary>Keys that share a place share their fate: one in so many.</summary>
    private const int Places = 1 << 16;

    private const int HeadSize = sizeof(ulong);

    private readonly CacheModel _config;
    private readonly CacheStore _store;
    private readonly CacheCounters _counters;
    private readonly uint[] _generations = new uint[Places];
    private readonly Dictionary<byte[], Flight> _flights = new(BytesComparer.Instance);
    private readonly Dictionary<byte[], Flight>.AlternateLookup<ReadOnlySpan<byte>> _flightsByRequest;
    private byte[] _scratch = [];
    private uint _epoch;
    private CacheCounts _reported;

    /// <param name="config">What is kept.</param>
    /// <param name="codec">Knows the protocol.</param>
    /// <param name="memory">For this one, in bytes.</param>
    /// <param name="counters">The app's.</param>
    public ReplyCache(CacheModel config, ICacheCodec codec, long memory, CacheCounters counters)
    {
        _config = config;
        Codec = codec;
        _counters = counters;
        _store = new CacheStore(Math.Max(memory, CacheStore.LeastMemory), config.MaxValue + HeadSize, (long)config.MaxAge.TotalMilliseconds);
        _flightsByRequest = _flights.GetAlternateLookup<ReadOnlySpan<byte>>();
    }

    public ICacheCodec Codec { get; }

    /// <summary>The server tells of changes, or the protocol knows nothing of that kind: otherwise nothing is kept, and nothing given.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Longer replies are not kept.</summary>
    public int MostBytes => _config.MaxValue;

    /// <summary>Whether replies about a request's key may be kept.</summary>
    public bool TryGetKey(ReadOnlySpan<byte> request, out ReadOnlySpan<byte> key) => Codec.TryGetKey(request, out key) && HasPrefix(key);

    /// <summary>Where a key's generation is.</summary>
    public static int PlaceOf(ReadOnlySpan<byte> key) => (int)(KeyHash.Of(key) & (Places - 1));

    /// <summary>A reply that is kept.</summary>
    /// <param name="request">The request.</param>
    /// <param name="place">Its key's.</param>
    /// <param name="now">The worker's time.</param>
    /// <param name="reply">In the store's memory.</param>
    public bool TryGet(ReadOnlySpan<byte> request, int place, long now, out ReadOnlySpan<byte> reply)
    {
        reply = default;
        if (!IsReady || !_store.TryGet(request, now, out var entry))
            return false;
        if (MemoryMarshal.Read<ulong>(entry) != GenerationAt(place))
        {
            _store.Remove(request);
            return false;
        }

        reply = entry[HeadSize..];
        _counters.Hits.Add(1);
        return true;
    }

    /// <summary>The request under way whose reply will do for this one, too.</summary>
    public bool TryFind(ReadOnlySpan<byte> request, PooledConnection via, [NotNullWhen(true)] out Flight? flight) =>
        _flightsByRequest.TryGetValue(request, out flight) && flight.Via == via && !flight.IsClosed && flight.Generation == GenerationAt(flight.Slot);

    /// <summary>One more waits for its reply.</summary>
    public void Follow(Flight flight)
    {
        flight.Followers++;
        _counters.Followers.Add(1);
    }

    /// <summary>A request that will be sent, and whose reply may be kept.</summary>
    public Flight Lead(ReadOnlySpan<byte> request, int place, PooledConnection via)
    {
        var flight = new Flight(request.ToArray(), place, GenerationAt(place), via, isKept: IsReady);
        _flights[flight.Request] = flight;
        _counters.Misses.Add(1);
        return flight;
    }

    /// <summary>The whole reply is there: from now on it is the newest that anybody has seen of its key.</summary>
    public void Land(Flight flight)
    {
        flight.End();
        Forget(flight);
        var isNewest = flight.Generation == GenerationAt(flight.Slot);
        _generations[flight.Slot]++;
        flight.Generation = GenerationAt(flight.Slot);
        flight.Kind = flight.Reply is { } reply ? Codec.Judge(reply) : ReplyKind.Error;
        flight.IsKept &= isNewest && (flight.Kind == ReplyKind.Value || (flight.Kind == ReplyKind.NoKey && _config.Negative));
    }

    /// <summary>Keeps what has landed, if nothing has come between.</summary>
    /// <param name="flight">It has landed.</param>
    /// <param name="lifetime">Of its key, in milliseconds; null: there is no such key.</param>
    /// <param name="now">The worker's time.</param>
    public void Keep(Flight flight, long? lifetime, long now)
    {
        // Between the two replies the key may have ended, or begun.
        if (!flight.IsKept || lifetime is null != (flight.Kind == ReplyKind.NoKey) || !IsReady || flight.Generation != GenerationAt(flight.Slot))
            return;
        var length = HeadSize + flight.Reply!.Length;
        if (_scratch.Length < length)
            _scratch = new byte[Math.Max(length, 2 * _scratch.Length)];
        MemoryMarshal.Write(_scratch, flight.Generation);
        flight.Reply.CopyTo(_scratch.AsSpan(HeadSize));
        _store.Put(flight.Request, _scratch.AsSpan(0, length), now, lifetime is { } left && left < long.MaxValue - now ? now + left : long.MaxValue);
        Report();
    }

    /// <summary>It will not land.</summary>
    public void Forget(Flight flight)
    {
        if (_flights.TryGetValue(flight.Request, out var found) && found == flight)
            _flights.Remove(flight.Request);
    }

    /// <summary>A request touches its keys: it was sent, or its reply shows them as nobody may have seen them.</summary>
    public void Touch(ReadOnlySpan<byte> request) => Codec.VisitKeys(request, this);

    /// <summary>From now on the server tells of changes.</summary>
    public void Begin() => IsReady = true;

    /// <summary>Nobody tells of changes any more: what is kept may be over.</summary>
    public void Stop()
    {
        IsReady = false;
        Clear();
    }

    /// <summary>The server says that a key has changed.</summary>
    public void Invalidate(ReadOnlySpan<byte> key)
    {
        _counters.Invalidations.Add(1);
        OnKey(key);
    }

    /// <summary>The server says that any key may have changed.</summary>
    public void InvalidateAll()
    {
        _counters.Invalidations.Add(1);
        Clear();
    }

    public void OnKey(ReadOnlySpan<byte> key) => _generations[PlaceOf(key)]++;

    /// <summary>Entries of an earlier epoch go when they are met.</summary>
    public void OnAnyKey() => _epoch++;

    public void Dispose()
    {
        Stop();
        _store.Dispose();
    }

    private void Clear()
    {
        OnAnyKey();
        _store.Clear();
        Report();
    }

    private ulong GenerationAt(int place) => ((ulong)_epoch << 32) | _generations[place];

    private bool HasPrefix(ReadOnlySpan<byte> key)
    {
        foreach (var prefix in _config.Prefixes)
        {
            if (key.StartsWith(prefix.AsSpan()))
                return true;
        }

        return _config.Prefixes.IsEmpty;
    }

    private void Report()
    {
        var counts = _store.Counts;
        _counters.Bytes.Add(counts.Bytes - _reported.Bytes);
        _counters.Entries.Add(counts.Entries - _reported.Entries);
        _counters.Evictions.Add(counts.Evictions - _reported.Evictions);
        _reported = counts;
    }
}
