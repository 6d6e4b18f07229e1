namespace Proxify.FunctionalTests.Hosting;

/// <summary>The system's clock, whose timers can be kept from being set: a failure in the middle of whatever needs one.</summary>
internal sealed class FaultyClock : TimeProvider
{
    public bool SetsNoTimer { get; set; }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(this, System.CreateTimer(callback, state, dueTime, period));

    private sealed class Timer(FaultyClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => clock.SetsNoTimer && dueTime != Timeout.InfiniteTimeSpan
            ? throw new InvalidOperationException("no timer is set") : inner.Change(dueTime, period);

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
