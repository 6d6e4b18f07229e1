using Microsoft.Extensions.Time.Testing;
using Proxify.Telemetry;

namespace Proxify.Tests.Telemetry;

public sealed class LogThrottleTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryPass_in_a_flood_lets_one_through_per_interval_and_counts_the_rest()
    {
        var throttle = new LogThrottle();

        Assert.True(throttle.TryPass(_time, Second, out var suppressed));
        Assert.Equal(0, suppressed.Value);
        Assert.Equal("", suppressed.ToString());
        for (var i = 0; i < 1000; i++)
            Assert.False(throttle.TryPass(_time, Second, out _));

        _time.Advance(Second);
        Assert.True(throttle.TryPass(_time, Second, out suppressed));
        Assert.Equal(1000, suppressed.Value);
        Assert.Equal(" (1000 more since the last such line)", suppressed.ToString());
        Assert.False(throttle.TryPass(_time, Second, out _));
    }

    [Fact]
    public void TryPass_with_a_burst_lets_so_many_through_at_once_and_then_one_per_interval()
    {
        var throttle = new LogThrottle(burst: 3);

        Assert.Equal(3, Passed(throttle, of: 10));
        _time.Advance(Second);
        Assert.Equal(1, Passed(throttle, of: 10));
        _time.Advance(2 * Second);
        Assert.Equal(2, Passed(throttle, of: 10));
    }

    [Fact]
    public void TryPass_after_a_long_rest_lets_no_more_through_than_the_burst()
    {
        var throttle = new LogThrottle(burst: 3);
        Passed(throttle, of: 10);

        _time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(3, Passed(throttle, of: 10));
    }

    private int Passed(LogThrottle throttle, int of) => Enumerable.Range(0, of).Count(_ => throttle.TryPass(_time, Second, out var _));
}
