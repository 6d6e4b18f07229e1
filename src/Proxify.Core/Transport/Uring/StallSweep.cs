namespace Proxify.Transport.Uring;

/// <summary>
/// Finds the directions that sit on shared buffers because their peer is slow, and has them moved out. Looking at all buffers now and then costs two
/// microseconds; keeping a list of who holds what would cost something with every message.
/// </summary>
internal sealed class StallSweep : IExpiring
{
    private const int IntervalMilliseconds = 64;

    /// <summary>How long a sender may take before its bytes are moved out: far longer than a peer that merely waits for its turn of the processor.</summary>
    private const uint PatienceMilliseconds = 128;

    /// <summary>The same while others wait for buffers.</summary>
    private const uint ShortPatienceMilliseconds = 16;

    private readonly UringWorker _worker;
    private readonly WheelTimer _timer;
    private long _last;

    public StallSweep(UringWorker worker)
    {
        _worker = worker;
        _timer = new WheelTimer(this);
    }

    /// <summary>Once per batch of completions.</summary>
    public void Check()
    {
        if (_worker.Buffers.LentBytes == 0)
            return;
        if (!_timer.IsLinked)
            _worker.Timers.Set(_timer, _worker.Now + IntervalMilliseconds);
        if (!_worker.Starved.IsEmpty && _worker.Now - _last >= ShortPatienceMilliseconds)
            Sweep(ShortPatienceMilliseconds);
    }

    public void OnExpired() => Sweep(PatienceMilliseconds);

    public void OnDefect(Exception exception) => UringWorker.OnOrphanException(exception);

    private void Sweep(uint patience)
    {
        _last = _worker.Now;
        var buffers = _worker.Buffers;
        for (var id = 0; id < buffers.Shared; id++)
        {
            ref readonly var segment = ref buffers[id];
            if (segment.Owner != 0 && (uint)_worker.Now - segment.Since >= patience)
                (_worker.Slots[segment.Owner] as RelayDirection)?.MoveOutOfSharedBuffers();
        }
    }
}
