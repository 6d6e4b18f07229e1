using CsCheck;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

public sealed class TimerWheelTests
{
    private const int Tick = TimerWheel.TickMilliseconds;

    [Fact]
    public void Timer_fires_within_a_tick_after_its_time_and_never_before()
    {
        // Steps of up to minutes over delays of up to a year: every level of the wheel, and beyond its horizon.
        var delays = Gen.OneOf(Gen.Long[0, 100], Gen.Long[0, 100_000], Gen.Long[0, 400L * 86_400_000]).Array[1, 40];
        Gen.Select(delays, Gen.Long[1, 500_000], Gen.Long[0, 10_000_000_000]).Sample((wanted, step, start) =>
        {
            var wheel = new TimerWheel();
            wheel.Advance(start);
            var now = start;
            var fired = new Dictionary<int, long>();
            for (var i = 0; i < wanted.Length; i++)
            {
                var key = i;
                wheel.Set(new WheelTimer(new Firing(() => fired.Add(key, now))), start + wanted[i]);
            }

            while (wheel.Count > 0)
            {
                var next = wheel.NextMilliseconds;
                Assert.True(next > now, "the wheel would spin");
                now = Math.Max(next, now + Math.Min(step, next - now));
                wheel.Advance(now);
            }

            for (var i = 0; i < wanted.Length; i++)
                Assert.InRange(fired[i], start + wanted[i], start + wanted[i] + (2 * Tick));
            Assert.Equal(long.MaxValue, wheel.NextMilliseconds);
        }, iter: 300);
    }

    [Fact]
    public void Timer_that_is_stopped_does_not_fire()
    {
        var wheel = new TimerWheel();
        var timer = new WheelTimer(new Firing(() => Assert.Fail("fired")));
        wheel.Set(timer, 1_000_000);

        wheel.Stop(timer);
        wheel.Advance(2_000_000);

        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Timer_that_is_set_again_fires_once_at_the_new_time()
    {
        var wheel = new TimerWheel();
        var fired = 0;
        var timer = new WheelTimer(new Firing(() => fired++));
        wheel.Set(timer, 100);
        wheel.Set(timer, 10_000);

        wheel.Advance(9_000);
        Assert.Equal(0, fired);
        wheel.Advance(10_000 + Tick);
        Assert.Equal(1, fired);
    }

    [Fact]
    public void Timer_may_stop_another_that_is_due_at_the_same_time()
    {
        var wheel = new TimerWheel();
        var fired = new List<string>();
        WheelTimer? second = null;
        var first = new WheelTimer(new Firing(() =>
        {
            fired.Add("first");
            wheel.Stop(second!);
        }));
        second = new WheelTimer(new Firing(() => fired.Add("second")));
        wheel.Set(first, 100);
        wheel.Set(second, 100);

        wheel.Advance(1_000);

        Assert.Equal(["first"], fired);
        Assert.Equal(0, wheel.Count);
    }

    [Fact]
    public void Timer_may_set_itself_again_as_it_fires()
    {
        var wheel = new TimerWheel();
        var fired = 0;
        WheelTimer? timer = null;
        timer = new WheelTimer(new Firing(() =>
        {
            if (++fired < 5)
                wheel.Set(timer!, 0); // already over: the next tick
        }));
        wheel.Set(timer, 100);

        for (var now = 0; now < 1_000; now += Tick)
            wheel.Advance(now);

        Assert.Equal(5, fired);
    }

    [Fact]
    public void Timer_whose_owner_throws_does_not_keep_others_from_firing()
    {
        var wheel = new TimerWheel();
        var fired = 0;
        var broken = new Firing(() => throw new InvalidOperationException("a defect"));
        wheel.Set(new WheelTimer(broken), 100);
        wheel.Set(new WheelTimer(new Firing(() => fired++)), 100);

        wheel.Advance(1_000);

        Assert.Equal(1, fired);
        Assert.Equal("a defect", broken.Defect!.Message);
    }

    private sealed class Firing(Action fire) : IExpiring
    {
        public Exception? Defect { get; private set; }

        public void OnExpired() => fire();

        public void OnDefect(Exception exception) => Defect = exception;
    }
}
