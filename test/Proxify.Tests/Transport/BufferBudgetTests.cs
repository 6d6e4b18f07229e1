using CsCheck;
using Proxify.Transport;

namespace Proxify.Tests.Transport;

public sealed class BufferBudgetTests
{
    [Fact]
    public void Budget_gives_as_much_as_its_limit_and_no_more()
    {
        var budget = new BufferBudget { Limit = 100 };

        Assert.True(budget.TryTake(60));
        Assert.False(budget.TryTake(41));
        Assert.True(budget.TryTake(40));
        Assert.True(budget.IsSpent);
        budget.Give(60);
        Assert.Equal(40, budget.Held);
        Assert.True(budget.HasRoom(60));
    }

    [Fact]
    public void Budget_without_a_limit_has_room_for_everything() => Assert.True(new BufferBudget().HasRoom(long.MaxValue));

    [Fact]
    public void Budget_whose_limit_falls_below_what_is_held_gives_nothing_until_that_comes_back()
    {
        var budget = new BufferBudget { Limit = 100 };
        budget.TryTake(100);

        budget.Limit = 50;

        Assert.False(budget.TryTake(1));
        budget.Give(60);
        Assert.True(budget.TryTake(10));
    }

    [Fact]
    public async Task Budget_that_is_taken_for_a_while_comes_back_when_what_is_waited_for_throws()
    {
        var budget = new BufferBudget();
        var waiting = new TaskCompletionSource();

        var holding = HoldAsync();
        Assert.Equal(100, budget.Held);
        waiting.SetException(new InvalidOperationException());

        await Assert.ThrowsAsync<InvalidOperationException>(() => holding);
        Assert.Equal(0, budget.Held);

        async Task HoldAsync()
        {
            using var held = budget.TakeFor(100);
            await waiting.Task;
        }
    }

    [Fact]
    public void Budget_holds_under_concurrent_takers() =>
        Gen.Int[1, 100].Array[1, 200].Sample(amounts =>
        {
            var budget = new BufferBudget { Limit = 150 };
            Parallel.ForEach(amounts, amount =>
            {
                if (!budget.TryTake(amount))
                    return;
                Assert.InRange(budget.Held, 0, 150);
                budget.Give(amount);
            });
            Assert.Equal(0, budget.Held);
        }, iter: 200);
}
