using Microsoft.Extensions.Time.Testing;

namespace Proxify.FunctionalTests.Harness;

/// <summary>The clock that a transport's timeouts run on.</summary>
internal sealed class TestClock
{
    private readonly Provider _fake = new();

    public TimeProvider TimeProvider => _fake;

    /// <summary>A timeout to test with.</summary>
    public TimeSpan Wait { get; } = TimeSpan.FromHours(1);

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time) => _fake.Advance(time);

    /// <summary>From now on every wait is over as soon as a timer is set for it, on the thread that sets it.</summary>
    public void Hurry() => _fake.Hurries = true;

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

    private sealed class Provider : FakeTimeProvider
    {
        private volatile bool _hurries;

        public bool Hurries
        {
            get => _hurries;
            set => _hurries = value;
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            new Timer(this, base.CreateTimer(callback, state, dueTime, period));

        private sealed class Timer(Provider provider, ITimer timer) : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                if (provider.Hurries && dueTime > TimeSpan.Zero)
                {
                    provider.Advance(dueTime);
                    dueTime = TimeSpan.Zero;
                }

                return timer.Change(dueTime, period);
            }

            public void Dispose() => timer.Dispose();

            public ValueTask DisposeAsync() => timer.DisposeAsync();
        }
    }
}
