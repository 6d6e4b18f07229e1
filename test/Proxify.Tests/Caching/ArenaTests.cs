using CsCheck;
using Proxify.Caching;

namespace Proxify.Tests.Caching;

/// <summary>Blocks of any size in memory of a fixed size.</summary>
public sealed unsafe class ArenaTests
{
    private const int Bytes = 1 << 16;

    [Fact]
    public void Blocks_never_overlap_and_what_is_given_back_is_one_piece_with_its_neighbours() =>
        Gen.Select(Gen.Int[3, 400], Gen.Int[0, int.MaxValue]).Array[1, 2_000].Sample(acts =>
        {
            using var arena = new Arena(Bytes);
            var whole = arena.At(1)->Granules;
            var taken = new List<uint>();
            foreach (var (granules, which) in acts)
            {
                if (which % 2 == 0 && arena.Take((uint)granules) is > 0 and var place)
                {
                    Assert.InRange(arena.At(place)->Granules - (uint)granules, 0u, Arena.Least - 1);
                    taken.Add(place);
                }
                else if (taken.Count > 0)
                {
                    arena.Give(taken[which % taken.Count]);
                    taken.RemoveAt(which % taken.Count);
                }

                Assert.Equal(taken.Order(), Walk(arena));
            }

            taken.ForEach(arena.Give);
            Assert.Equal(whole, arena.At(1)->Granules);
        }, iter: Cases.Of(100));

    [Fact]
    public void Half_of_it_can_be_had_in_one_piece_and_more_than_all_of_it_cannot()
    {
        using var arena = new Arena(Bytes);

        Assert.Equal(0u, arena.Take(Bytes / Arena.Granule));
        Assert.NotEqual(0u, arena.Take(Bytes / Arena.Granule / 2));
    }

    /// <summary>The blocks that are taken, in their order, each where the one before it ends; no two free ones are neighbours.</summary>
    private static List<uint> Walk(Arena arena)
    {
        var (taken, before, wasFree) = (new List<uint>(), 0u, false);
        for (var place = 1u; ; place = arena.After(place))
        {
            var block = arena.At(place);
            Assert.Equal(before, block->Before);
            if (block->Segment == CacheSegment.End)
                return taken;
            var isFree = block->Segment == CacheSegment.Free;
            Assert.False(isFree && wasFree);
            if (!isFree)
                taken.Add(place);
            (before, wasFree) = (block->Granules, isFree);
        }
    }
}
