namespace Proxify.Caching;

/// <summary>The entries of a segment, by when they were asked for.</summary>
internal unsafe struct EntryList
{
    public uint Newest;

    public uint Oldest;

    /// <summary>Of all of them, heads included.</summary>
    public long Bytes;

    public void Add(Arena arena, uint place)
    {
        var block = arena.At(place);
        (block->Newer, block->Older) = (0, Newest);
        if (Newest == 0)
            Oldest = place;
        else
            arena.At(Newest)->Newer = place;
        Newest = place;
        Bytes += (long)block->Granules * Arena.Granule;
    }

    public void Remove(Arena arena, uint place)
    {
        var block = arena.At(place);
        Bytes -= (long)block->Granules * Arena.Granule;
        Join(arena, block->Newer, block->Older);
    }

    /// <summary>The entry has moved to another place, which is as long and knows its neighbours.</summary>
    public void Replace(Arena arena, uint place)
    {
        var block = arena.At(place);
        Join(arena, block->Newer, place);
        Join(arena, place, block->Older);
    }

    /// <summary>Makes neighbours of two, or ends of the list where one of them is none.</summary>
    private void Join(Arena arena, uint newer, uint older)
    {
        if (newer == 0)
            Newest = older;
        else
            arena.At(newer)->Older = older;
        if (older == 0)
            Oldest = newer;
        else
            arena.At(older)->Newer = newer;
    }
}
