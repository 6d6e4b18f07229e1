using System.Numerics;
using Proxify.Linux;

namespace Proxify.Caching;

/// <summary>
/// Keys and values, all of them bytes, in memory of a fixed size: entries, their heads and the tables are never more. Who stays is decided by W-TinyLFU
/// (Einziger et al.): a window takes in what is new; from there an entry gets into the main part only if it is asked for more often than all those together
/// that would have to go, and in the main part what was asked for again is protected. For one thread: there is a store for each worker. Nothing is allocated
/// after its begin, except by <see cref="Clear"/>. Time is the caller's, in milliseconds.
/// </summary>
internal sealed unsafe partial class CacheStore : IDisposable
{
    /// <summary>The least memory that makes sense.</summary>
    public const long LeastMemory = 4_096;

    public const int LongestKey = ushort.MaxValue;

    // About what a small entry takes: there is a bucket for each such, and 4 bytes of the sketch.
    private const int SmallEntry = 128;
    private const int BucketsPerLine = FrequencySketch.LineBytes / sizeof(uint);

    private readonly FrequencySketch _sketch;
    private readonly long _arenaBytes;
    private readonly uint _buckets;
    private readonly int _maxValue;
    private readonly long _maxAge;
    private readonly long _windowMost;
    private readonly long _mainMost;
    private readonly long _protectedMost;
    private readonly long _entryMost;
    private Arena _arena;
    private MappedMemory _heads;
    private EntryList _window;
    private EntryList _probation;
    private EntryList _protected;
    private long _entries;
    private long _hits;
    private long _misses;
    private long _refused;
    private long _evictions;
    private long _expired;

    /// <param name="memory">In bytes, at least <see cref="LeastMemory"/>. More than 64 GiB serve for nothing.</param>
    /// <param name="maxValue">The longest value, in bytes.</param>
    /// <param name="maxAge">The longest that an entry is kept, in milliseconds.</param>
    public CacheStore(long memory, int maxValue, long maxAge)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(memory, LeastMemory);
        memory = Math.Min(memory, Arena.MostBytes);
        _buckets = 1u << BitOperations.Log2((ulong)memory / SmallEntry);
        _sketch = new FrequencySketch(Math.Max(_buckets / BucketsPerLine, 1));
        _arenaBytes = memory - (_buckets * 2L * sizeof(uint));
        _maxValue = maxValue;
        _maxAge = maxAge;
        // A part stays free, so that there is room to move when none is in one piece.
        var most = _arenaBytes - (_arenaBytes / 32);
        _windowMost = most / 100;
        _mainMost = most - _windowMost;
        _protectedMost = _mainMost * 4 / 5;
        _entryMost = _mainMost / 2; // one piece of this size can always be had
        _arena = new Arena(_arenaBytes);
        _heads = MappedMemory.Zeroed((nuint)_buckets * sizeof(uint));
    }

    public CacheCounts Counts => new(_hits, _misses, _refused, _evictions, _expired, _entries, _window.Bytes + _probation.Bytes + _protected.Bytes);

    /// <summary>Asks for a value, which counts towards the key's place whether it is there or not.</summary>
    /// <param name="key">Any.</param>
    /// <param name="now">The time.</param>
    /// <param name="value">In the store's own memory: until the next change of it.</param>
    public bool TryGet(ReadOnlySpan<byte> key, long now, out ReadOnlySpan<byte> value)
    {
        var hash = KeyHash.Of(key);
        _sketch.Count(hash, _entries);
        var entry = Find(key, hash);
        if (entry != 0 && IsOver(entry, now))
        {
            Expire(entry);
            entry = 0;
        }

        value = default;
        if (entry == 0)
        {
            _misses++;
            return false;
        }

        _hits++;
        Touch(entry);
        value = ValueOf(_arena.At(entry));
        return true;
    }

    /// <summary>Takes in an entry, or another value of one. Whatever comes of it, the value before is gone.</summary>
    /// <param name="key">Not in the store's own memory.</param>
    /// <param name="value">Not in the store's own memory.</param>
    /// <param name="now">The time.</param>
    /// <param name="expiresAt">When it ends; sooner, if it would become too old.</param>
    /// <returns>False: it is not kept.</returns>
    public bool Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long now, long expiresAt)
    {
        var hash = KeyHash.Of(key);
        var granules = GranulesOf(key.Length, value.Length);
        var entry = Find(key, hash);
        expiresAt = Math.Min(expiresAt, now + _maxAge);
        if (key.Length > LongestKey || value.Length > _maxValue || BytesOf(granules) > _entryMost || expiresAt <= now)
        {
            if (entry != 0)
                Drop(entry);
            _refused++;
            return false;
        }

        if (entry == 0 || _arena.At(entry)->Granules - granules >= Arena.Least)
        {
            entry = Place(entry, hash, granules, now);
            if (entry == 0)
            {
                _refused++;
                return false;
            }
        }

        Write(entry, key, value, expiresAt);
        return true;
    }

    /// <returns>False: there was none.</returns>
    public bool Remove(ReadOnlySpan<byte> key)
    {
        var entry = Find(key, KeyHash.Of(key));
        if (entry == 0)
            return false;
        Drop(entry);
        return true;
    }

    /// <summary>Forgets all entries, and gives their memory back to the system. How often keys were asked for stays.</summary>
    public void Clear()
    {
        if (_entries == 0)
            return;
        var arena = new Arena(_arenaBytes);
        var heads = MappedMemory.Zeroed((nuint)_buckets * sizeof(uint));
        _arena.Dispose();
        _heads.Dispose();
        (_arena, _heads, _entries) = (arena, heads, 0);
        _window = _probation = _protected = default;
    }

    public void Dispose()
    {
        _arena.Dispose();
        _heads.Dispose();
        _sketch.Dispose();
    }

    private uint Find(ReadOnlySpan<byte> key, uint hash)
    {
        for (var entry = *Head(hash); entry != 0; entry = _arena.At(entry)->Next)
        {
            var block = _arena.At(entry);
            if (block->Hash == hash && KeyOf(block).SequenceEqual(key))
                return entry;
        }

        return 0;
    }

    /// <summary>A place for an entry that has none, or one of another length; 0: it gets none.</summary>
    private uint Place(uint old, uint hash, uint granules, long now)
    {
        var segment = old == 0 ? CacheSegment.Window : _arena.At(old)->Segment;
        if (old != 0)
            Drop(old);
        if (segment != CacheSegment.Window)
            MakeRoomInMain(BytesOf(granules));
        else if ((segment = Admit(hash, BytesOf(granules), now)) == CacheSegment.Free)
            return 0;

        var entry = _arena.Take(granules);
        if (entry == 0)
            entry = ClearRun(granules);
        var block = _arena.At(entry);
        var head = Head(hash);
        (block->Hash, block->Next, block->Segment) = (hash, *head, segment);
        *head = entry;
        ListOf(segment).Add(_arena, entry);
        _entries++;
        return entry;
    }

    private void Write(uint entry, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long expiresAt)
    {
        var block = _arena.At(entry);
        (block->KeyLength, block->ValueLength, block->ExpiresAt) = ((ushort)key.Length, value.Length, expiresAt);
        key.CopyTo(KeyOf(block));
        value.CopyTo(ValueOf(block));
    }

    private bool IsOver(uint entry, long now) => _arena.At(entry)->ExpiresAt <= now;

    private void Expire(uint entry)
    {
        _expired++;
        Drop(entry);
    }

    private void Drop(uint entry)
    {
        Unlink(entry);
        _arena.Give(entry);
    }

    /// <summary>Takes an entry out of its bucket and its list; its block is nobody's then.</summary>
    private void Unlink(uint entry)
    {
        var block = _arena.At(entry);
        *LinkTo(entry) = block->Next;
        ListOf(block->Segment).Remove(_arena, entry);
        block->Segment = CacheSegment.Taken;
        _entries--;
    }

    /// <summary>What leads to an entry: the head of its bucket, or the entry before it.</summary>
    private uint* LinkTo(uint entry)
    {
        var link = Head(_arena.At(entry)->Hash);
        while (*link != entry)
            link = &_arena.At(*link)->Next;
        return link;
    }

    private uint* Head(uint hash) => (uint*)_heads.Address + (hash & (_buckets - 1));

    private ref EntryList ListOf(CacheSegment segment)
    {
        if (segment == CacheSegment.Window)
            return ref _window;
        return ref segment == CacheSegment.Probation ? ref _probation : ref _protected;
    }

    private long SizeOf(uint entry) => BytesOf(_arena.At(entry)->Granules);

    private static uint GranulesOf(int keyLength, int valueLength) =>
        (uint)((sizeof(Block) + (long)keyLength + valueLength + Arena.Granule - 1) / Arena.Granule);

    private static long BytesOf(uint granules) => (long)granules * Arena.Granule;

    private static Span<byte> KeyOf(Block* block) => new(block + 1, block->KeyLength);

    private static Span<byte> ValueOf(Block* block) => new((byte*)(block + 1) + block->KeyLength, block->ValueLength);
}
