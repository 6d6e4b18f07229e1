using Proxify.Linux;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

public sealed class SlotTableTests
{
    [Fact]
    public void Place_is_reused_with_another_generation()
    {
        var table = new SlotTable();
        var (first, second) = (new EmptySlot(), new EmptySlot());
        table.Add(first);
        var tag = first.Tag;
        table.Remove(first);

        table.Add(second);

        Assert.Equal(first.Index, second.Index);
        Assert.NotEqual(tag, second.Tag);
        Assert.Same(second, table[second.Index]);
    }

    [Fact]
    public void Index_zero_is_nobody()
    {
        var table = new SlotTable();
        table.Add(new EmptySlot());

        Assert.Null(table[0]);
    }

    [Fact]
    public void Table_grows_and_keeps_who_is_in_it()
    {
        var table = new SlotTable();
        var slots = Enumerable.Range(0, 5_000).Select(_ => new EmptySlot()).ToList();

        slots.ForEach(table.Add);

        Assert.Equal(5_000, table.Count);
        Assert.All(slots, slot => Assert.Same(slot, table[slot.Index]));
        Assert.Equal(5_000, slots.Select(slot => slot.Tag).Distinct().Count());
    }

    private sealed class EmptySlot : UringSlot
    {
        public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
        {
        }

        public override void OnReleased()
        {
        }

        public override void OnDefect(Exception exception)
        {
        }
    }
}
