using Microsoft.Extensions.Time.Testing;
using Proxify.Telemetry;

namespace Proxify.Tests.Telemetry;

public sealed class RateLimiterTests
{
    [Fact]
    public void TryPass_in_a_flood_lets_one_through_per_interval_and_counts_the_rest()
    {
        var time = new FakeTimeProvider();
        var limiter = new RateLimiter();
        var second = TimeSpan.FromSeconds(1);

        Assert.True(limiter.TryPass(time, second, out var suppressed));
        Assert.Equal(0, suppressed.Value);
        Assert.Equal("", suppressed.ToString());
        for (var i = 0; i < 1000; i++)
            Assert.False(limiter.TryPass(time, second, out _));

        time.Advance(second);
        Assert.True(limiter.TryPass(time, second, out suppressed));
        Assert.Equal(1000, suppressed.Value);
        Assert.Equal(" (1000 more since the last such line)", suppressed.ToString());
        Assert.False(limiter.TryPass(time, second, out _));
    }
}
