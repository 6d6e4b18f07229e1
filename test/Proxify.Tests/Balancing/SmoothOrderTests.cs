using CsCheck;
using Proxify.Balancing;

namespace Proxify.Tests.Balancing;

public sealed class SmoothOrderTests
{
    [Fact]
    public void A_round_has_each_as_often_as_its_weight() =>
        Candidates.Weights.Sample(weights =>
        {
            var order = SmoothOrder.Of(weights);

            Assert.Equal(Candidates.Reduced(weights), Enumerable.Range(0, weights.Length).Select(i => order.Count(turn => turn == i)));
        });

    [Fact]
    public void After_any_number_of_turns_nobody_is_a_whole_turn_off_his_share() =>
        Candidates.Weights.Sample(weights =>
        {
            var counts = Candidates.Reduced(weights);
            var order = SmoothOrder.Of(weights);
            var taken = new int[counts.Length];
            for (var turn = 0; turn < order.Length; turn++)
            {
                taken[order[turn]]++;
                for (var i = 0; i < counts.Length; i++)
                    Assert.True(Math.Abs((taken[i] * (long)order.Length) - ((turn + 1L) * counts[i])) < order.Length, $"turn {turn}, {i}");
            }
        });

    [Fact]
    public void Equal_weights_take_turns_as_they_are_written() => Assert.Equal([0, 1, 2], SmoothOrder.Of([7, 7, 7]));

    [Fact]
    public void As_many_targets_as_promised_are_exact_with_any_weights()
    {
        int[] weights = [.. Enumerable.Repeat(256, 1_023), 255];

        Assert.Equal(weights.Sum(), SmoothOrder.Of(weights).Length);
    }

    [Fact]
    public void A_round_that_would_be_too_long_is_rounded_and_leaves_out_nobody()
    {
        int[] weights = [.. Enumerable.Repeat(256, 4_000), .. Enumerable.Repeat(1, 1_000)];

        var order = SmoothOrder.Of(weights);

        Assert.InRange(order.Length, 1, SmoothOrder.MaxLength + weights.Length);
        Assert.Equal(weights.Length, order.Distinct().Count());
    }
}
