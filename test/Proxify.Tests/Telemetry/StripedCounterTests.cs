using Proxify.Telemetry;

namespace Proxify.Tests.Telemetry;

public sealed class StripedCounterTests
{
    [Fact]
    public void Value_after_concurrent_adds_is_their_sum()
    {
        var counter = new StripedCounter();

        Parallel.For(0, 100_000, i => counter.Add(i % 2 == 0 ? 3 : -1));

        Assert.Equal(100_000, counter.Value);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(17)]
    public void Counters_that_share_their_memory_count_each_for_itself(int count)
    {
        var counters = StripedCounter.Together(count);

        Parallel.For(0, 10_000, i => counters[i % count].Add(i % count));

        Assert.Equal(Enumerable.Range(0, count).Select(c => (long)c * Enumerable.Range(0, 10_000).Count(i => i % count == c)), counters.Select(c => c.Value));
    }

    [Fact]
    public void Counters_that_belong_together_take_little_memory()
    {
        const int OfOneCounter = 64;
        var lines = 128 * (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Min(Environment.ProcessorCount, 64));

        Assert.InRange(Allocations.Of(() => StripedCounter.Together(16)), lines, lines + (16 * OfOneCounter) + 512);
    }
}
