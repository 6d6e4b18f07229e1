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
}
