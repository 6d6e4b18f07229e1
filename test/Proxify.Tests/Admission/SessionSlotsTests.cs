using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class SessionSlotsTests
{
    [Fact]
    public void Threads_at_once_never_hold_more_than_the_limit()
    {
        var slots = new SessionSlots { Limit = 3 };
        var (held, most) = (0, 0);

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                if (!slots.TryTake())
                    continue;
                InterlockedMax(ref most, Interlocked.Increment(ref held));
                Interlocked.Decrement(ref held);
                slots.Free();
            }
        });

        Assert.InRange(most, 1, 3);
        Assert.Equal(0, slots.Taken);
    }

    [Fact]
    public void A_lower_limit_lets_nobody_in_until_enough_have_gone()
    {
        var slots = new SessionSlots();
        for (var i = 0; i < 5; i++)
            Assert.True(slots.TryTake());

        slots.Limit = 3;

        Assert.False(slots.TryTake());
        slots.Free();
        slots.Free();
        Assert.False(slots.TryTake());
        slots.Free();
        Assert.True(slots.TryTake());
    }

    [Fact]
    public void A_source_has_its_own_number_and_leaves_nothing_behind()
    {
        var slots = new SourceSlots();
        Assert.True(slots.TryTake(1, limit: 2));
        Assert.True(slots.TryTake(1, limit: 2));
        Assert.False(slots.TryTake(1, limit: 2));
        Assert.True(slots.TryTake(2, limit: 2));

        slots.Free(1);

        Assert.True(slots.TryTake(1, limit: 2));
        slots.Free(1);
        slots.Free(1);
        slots.Free(2);
        Assert.Equal(0, slots.Count);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var seen = Volatile.Read(ref most); value > seen;)
        {
            var found = Interlocked.CompareExchange(ref most, value, seen);
            if (found == seen)
                return;
            seen = found;
        }
    }
}
