namespace Proxify.Caching;

/// <summary>Who stays.</summary>
internal sealed unsafe partial class CacheStore
{
    private void Touch(uint entry)
    {
        var segment = _arena.At(entry)->Segment;
        MoveTo(segment == CacheSegment.Probation ? CacheSegment.Protected : segment, entry);
        while (_protected.Bytes > _protectedMost)
            MoveTo(CacheSegment.Probation, _protected.Oldest);
    }

    private void MoveTo(CacheSegment segment, uint entry)
    {
        var block = _arena.At(entry);
        ListOf(block->Segment).Remove(_arena, entry);
        block->Segment = segment;
        ListOf(segment).Add(_arena, entry);
    }

    /// <summary>
    /// Makes room for a new entry: in the window, where older ones go on to the main part or go; where it is too large for that, in the main part.
    /// </summary>
    /// <returns>Its segment; <see cref="CacheSegment.Free"/>: it has to win a place there, and does not.</returns>
    private CacheSegment Admit(uint hash, long bytes, long now)
    {
        while (_window.Oldest != 0 && _window.Bytes + bytes > _windowMost)
        {
            var next = _window.Oldest;
            if (IsOver(next, now))
                Expire(next);
            else if (Wins(_arena.At(next)->Hash, SizeOf(next), now))
                MoveTo(CacheSegment.Probation, next);
            else
                Evict(next);
        }

        return bytes <= _windowMost ? CacheSegment.Window : Wins(hash, bytes, now) ? CacheSegment.Probation : CacheSegment.Free;
    }

    /// <summary>
    /// Whether an entry is worth more than those that have to go for it, which then are gone: it was asked for more often than they were together. (Einziger et
    /// al., "Lightweight Robust Size Aware Cache Management", 2022: aggregated victims.) Of what is beyond counting nobody knows how far: that has to be more
    /// than each by itself.
    /// </summary>
    private bool Wins(uint hash, long bytes, long now)
    {
        var needed = MainBytes + bytes - _mainMost;
        if (needed <= 0)
            return true;

        var own = _sketch.Of(hash);
        var theirs = 0;
        for (var victim = NextToGo; needed > 0; victim = NextAfter(victim))
        {
            needed -= SizeOf(victim);
            if (IsOver(victim, now))
                continue;
            var count = _sketch.Of(_arena.At(victim)->Hash);
            theirs += count;
            if (own == FrequencySketch.Most ? count == own : theirs >= own)
                return false;
        }

        MakeRoomInMain(bytes);
        return true;
    }

    private void MakeRoomInMain(long bytes)
    {
        while (MainBytes + bytes > _mainMost)
            Evict(NextToGo);
    }

    private void Evict(uint entry)
    {
        _evictions++;
        Drop(entry);
    }

    /// <summary>
    /// A block of this length where none is left in one piece, although there is room: begins where the next to go is, and clears what is around it.
    /// What is there moves to where there is a place for it, or goes.
    /// </summary>
    private uint ClearRun(uint granules)
    {
        var run = MainBytes > 0 ? NextToGo : _window.Oldest;
        Unlink(run);
        _evictions++;
        while (_arena.At(run)->Granules < granules)
        {
            var isLast = _arena.At(_arena.After(run))->Segment == CacheSegment.End;
            var neighbour = isLast ? _arena.Before(run) : _arena.After(run);
            Vacate(neighbour);
            run = Math.Min(run, neighbour);
            _arena.Merge(run);
        }

        _arena.Trim(run, granules);
        return run;
    }

    /// <summary>Empties a block, which is in no list then.</summary>
    private void Vacate(uint place)
    {
        var block = _arena.At(place);
        if (block->Segment == CacheSegment.Free)
        {
            _arena.Unlist(place);
            return;
        }

        var granules = GranulesOf(block->KeyLength, block->ValueLength);
        var other = _arena.Take(granules);
        if (other == 0)
        {
            Unlink(place);
            _evictions++;
            return;
        }

        *LinkTo(place) = other;
        var to = _arena.At(other);
        var (length, before) = (to->Granules, to->Before);
        Buffer.MemoryCopy(block, to, BytesOf(length), BytesOf(granules));
        (to->Granules, to->Before) = (length, before);
        ref var list = ref ListOf(to->Segment);
        list.Replace(_arena, other);
        list.Bytes += BytesOf(length) - BytesOf(block->Granules);
    }

    private long MainBytes => _probation.Bytes + _protected.Bytes;

    /// <summary>The entry of the main part that would go first.</summary>
    private uint NextToGo => _probation.Oldest != 0 ? _probation.Oldest : _protected.Oldest;

    private uint NextAfter(uint victim)
    {
        var block = _arena.At(victim);
        return block->Newer == 0 && block->Segment == CacheSegment.Probation ? _protected.Oldest : block->Newer;
    }
}
