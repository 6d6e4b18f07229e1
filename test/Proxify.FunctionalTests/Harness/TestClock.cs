using Microsoft.Extensions.Time.Testing;

namespace Proxify.FunctionalTests.Harness;

/// <summary>The clock that a transport's timeouts run on: ours where it takes one, otherwise the real one with short waits.</summary>
internal sealed class TestClock
{
    private readonly FakeTimeProvider? _fake;

    private TestClock(FakeTimeProvider? fake) => _fake = fake;

    public static TestClock For(string transport) => new(EveryTransportAttribute.Find(transport).FollowsClock ? new FakeTimeProvider() : null);

    public TimeProvider TimeProvider => _fake ?? TimeProvider.System;

    /// <summary>A timeout to test with.</summary>
    public TimeSpan Wait => _fake is null ? TimeSpan.FromMilliseconds(400) : TimeSpan.FromHours(1);

    /// <summary>Lets time pass.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        if (_fake is not null)
        {
            _fake.Advance(time);
            return;
        }

        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync();
    }

    /// <summary>Lets time pass until <paramref name="task"/> has ended, however late its timer was set.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> task)
    {
        using var stop = new CancellationTokenSource(Patience.Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!task.IsCompleted && !stop.IsCancellationRequested)
        {
            _fake?.Advance(Wait / 4);
            await tick.WaitForNextTickAsync();
        }

        return await task.Within();
    }
}
