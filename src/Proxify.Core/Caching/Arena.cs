using System.Numerics;
using Proxify.Linux;

namespace Proxify.Caching;

/// <summary>
/// Memory of a fixed size, in blocks of any size: two-level segregated fit (M. Masmano et al., "TLSF: a New Dynamic Memory Allocator for Real-Time Systems",
/// 2004). Taking and giving back are constant time, and free neighbours are always one. A block is known by its place, in granules; 0 is none.
/// </summary>
internal sealed unsafe class Arena : IDisposable
{
    public const int Granule = 16;

    /// <summary>Places are 32 bits.</summary>
    public const long MostBytes = (long)uint.MaxValue * Granule;

    /// <summary>The shortest block: less has no room for a head, and stays with the block before it.</summary>
    public const uint Least = 3;

    // Lists of free blocks: by the power of two of their size, and each of these in sixteen parts.
    private const int PartBits = 4;
    private const int Parts = 1 << PartBits;
    private const int Powers = 32 - PartBits + 1;

    private readonly MappedMemory _memory;
    private readonly byte* _blocks;
    private readonly uint[] _free = new uint[Powers * Parts];
    private readonly uint[] _parts = new uint[Powers]; // bits: which parts have blocks
    private uint _powers; // bits: which powers have parts

    public Arena(long bytes)
    {
        _memory = MappedMemory.Zeroed((nuint)bytes);
        _blocks = _memory.Address;
        var end = (uint)(bytes / Granule) - Least;
        *At(1) = new Block { Granules = end - 1 };
        *At(end) = new Block { Before = end - 1, Segment = CacheSegment.End };
        List(1);
    }

    public Block* At(uint place) => (Block*)(_blocks + ((nuint)place * Granule));

    public uint After(uint place) => place + At(place)->Granules;

    public uint Before(uint place) => place - At(place)->Before;

    /// <summary>A block that is at least so long, and no more than <see cref="Least"/> longer; 0: none is in one piece.</summary>
    public uint Take(uint granules)
    {
        var (power, part) = ClassOf(granules < Parts ? granules : granules + (1u << (BitOperations.Log2(granules) - PartBits)) - 1);
        var parts = _parts[power] & (uint.MaxValue << part);
        if (parts == 0)
        {
            var powers = _powers & (uint.MaxValue << (power + 1));
            if (powers == 0)
                return 0;
            power = BitOperations.TrailingZeroCount(powers);
            parts = _parts[power];
        }

        var place = _free[(power * Parts) + BitOperations.TrailingZeroCount(parts)];
        Unlist(place);
        Trim(place, granules);
        return place;
    }

    /// <summary>Gives back what a block has beyond so many granules.</summary>
    public void Trim(uint place, uint granules)
    {
        var block = At(place);
        block->Segment = CacheSegment.Taken;
        if (block->Granules - granules < Least)
            return;
        var rest = place + granules;
        *At(rest) = new Block { Granules = block->Granules - granules, Before = granules };
        block->Granules = granules;
        At(After(rest))->Before = At(rest)->Granules;
        Give(rest);
    }

    public void Give(uint place)
    {
        if (At(After(place))->Segment == CacheSegment.Free)
        {
            Unlist(After(place));
            Merge(place);
        }

        if (At(place)->Before != 0 && At(Before(place))->Segment == CacheSegment.Free)
        {
            place = Before(place);
            Unlist(place);
            Merge(place);
        }

        List(place);
    }

    /// <summary>Makes one block of two, of which neither is in a list.</summary>
    public void Merge(uint place)
    {
        At(place)->Granules += At(After(place))->Granules;
        At(After(place))->Before = At(place)->Granules;
    }

    /// <summary>Takes a free block out of its list.</summary>
    public void Unlist(uint place)
    {
        var block = At(place);
        if (block->Older != 0)
            At(block->Older)->Newer = block->Newer;
        if (block->Newer != 0)
        {
            At(block->Newer)->Older = block->Older;
            return;
        }

        var (power, part) = ClassOf(block->Granules);
        _free[(power * Parts) + part] = block->Older;
        if (block->Older == 0 && (_parts[power] &= ~(1u << part)) == 0)
            _powers &= ~(1u << power);
    }

    public void Dispose() => _memory.Dispose();

    private void List(uint place)
    {
        var block = At(place);
        var (power, part) = ClassOf(block->Granules);
        ref var first = ref _free[(power * Parts) + part];
        (block->Segment, block->Newer, block->Older) = (CacheSegment.Free, 0, first);
        if (first != 0)
            At(first)->Newer = place;
        first = place;
        _parts[power] |= 1u << part;
        _powers |= 1u << power;
    }

    private static (int Power, int Part) ClassOf(uint granules)
    {
        if (granules < Parts)
            return (0, (int)granules);
        var power = BitOperations.Log2(granules);
        return (power - PartBits + 1, (int)(granules >> (power - PartBits)) & (Parts - 1));
    }
}
