using Microsoft.Extensions.Time.Testing;

namespace Proxify.FunctionalTests.Harness;

/// <summary>The clock that a transport's timeouts run on.</summary>
internal sealed class TestClock
{
    private readonly FakeTimeProvider _fake = new();

    public TimeProvider TimeProvider => _fake;

    /// <summary>A timeout to test with.</summary>
    public TimeSpan Wait { get; } = TimeSpan.FromHours(1);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => _fake.Advance(time);

    /// <summary>Lets time pass until <paramref name="task"/> has ended, however late its timer was set.</summary>
    public async Task<T> PassUntilAsync<T>(Task<T> task)
    {
        using var stop = new CancellationTokenSource(Patience.Limit);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!task.IsCompleted && !stop.IsCancellationRequested)
        {
            _fake.Advance(Wait / 4);
            await tick.WaitForNextTickAsync();
        }

        return await task.Within();
    }
}
