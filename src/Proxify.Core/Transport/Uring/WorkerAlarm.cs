using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// Wakes the worker when its next timer is due: one timeout in the ring, however many timers there are. With a clock that is not the system's (tests own
/// theirs) that clock's timer does it.
/// </summary>
internal sealed unsafe class WorkerAlarm : UringSlot
{
    private readonly UringWorker _worker;
    private readonly KernelTimespec[] _at = GC.AllocateArray<KernelTimespec>(1, pinned: true);
    private readonly ITimer? _foreignTimer;
    private long _due = long.MaxValue;

    public WorkerAlarm(UringWorker worker)
    {
        _worker = worker;
        worker.Slots.Add(this);
        if (worker.TimeProvider != TimeProvider.System)
        {
            _foreignTimer = worker.TimeProvider.CreateTimer(
                static alarm => ((WorkerAlarm)alarm!).WakeWorker(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Makes sure that the worker wakes at <paramref name="milliseconds"/> of its clock; it may wake earlier, too.</summary>
    public void SetFor(long milliseconds)
    {
        if (milliseconds >= _due)
            return;
        _due = milliseconds;
        if (_foreignTimer is not null)
        {
            SetForeign(_foreignTimer, milliseconds);
            return;
        }

        var at = _worker.TimeProvider.GetTimestamp() + (UntilThen(milliseconds, _worker.ReadClock()).Ticks * TimeSpan.NanosecondsPerTick);
        _at[0] = new KernelTimespec { Seconds = at / 1_000_000_000, Nanoseconds = at % 1_000_000_000 };
        fixed (KernelTimespec* time = _at) // allocated pinned: it stays where it is
        {
            if (InFlight > 0)
                _worker.PrepareUnwatched()->TimeoutUpdateTo(Tag | (byte)UringOperation.Alarm, time);
            else
                _worker.Prepare(this, UringOperation.Alarm)->Timeout(time);
        }
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags) => _due = long.MaxValue;

    public override void OnDefect(Exception exception) => UringWorker.OnOrphanException(exception);

    public override void OnReleased()
    {
    }

    public void Close() => _foreignTimer?.Dispose();

    /// <summary>Such a clock may move at any moment.</summary>
    private void SetForeign(ITimer timer, long milliseconds)
    {
        long now;
        do
        {
            now = _worker.ReadClock();
            timer.Change(UntilThen(milliseconds, now), Timeout.InfiniteTimeSpan);
        }
        while (_worker.ReadClock() != now);
    }

    private static TimeSpan UntilThen(long milliseconds, long now) => TimeSpan.FromMilliseconds(Math.Max(0, milliseconds - now));

    private void WakeWorker() => _worker.Mailbox.Post(static alarm => ((WorkerAlarm)alarm!)._due = long.MaxValue, this);
}
