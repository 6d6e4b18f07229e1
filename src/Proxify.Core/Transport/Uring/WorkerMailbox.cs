using System.Collections.Concurrent;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>What others want from a worker. A post from another thread wakes the worker through its ring, by an eventfd that the ring always reads.</summary>
internal sealed unsafe class WorkerMailbox(UringWorker worker) : UringSlot, IDisposable
{
    private readonly ConcurrentQueue<(SendOrPostCallback Callback, object? State)> _posted = new();
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _local = new();
    private readonly ulong[] _count = GC.AllocateArray<ulong>(1, pinned: true);
    private WakeEvent _wake = null!;
    private int _isSignalled;

    /// <summary>Whether the worker has posted to itself.</summary>
    public bool HasLocal => _local.Count > 0;

    public void Open()
    {
        _wake = new WakeEvent();
        worker.Slots.Add(this);
        Listen();
    }

    /// <summary>From any thread: runs the callback on the worker's thread.</summary>
    public void Post(SendOrPostCallback callback, object? state)
    {
        if (worker.IsCurrent)
        {
            _local.Enqueue((callback, state));
            return;
        }

        _posted.Enqueue((callback, state));
        if (Interlocked.Exchange(ref _isSignalled, 1) == 0)
            _wake.Signal();
    }

    public void RunLocal()
    {
        // Only what is there now: a callback that posts itself again must not keep the worker from its ring.
        for (var count = _local.Count; count > 0; count--)
            Run(_local.Dequeue());
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        // First open for new signals, then look: a post between the two signals once too often, never too rarely.
        Interlocked.Exchange(ref _isSignalled, 0);
        Listen();
        while (_posted.TryDequeue(out var posted))
            Run(posted);
    }

    public override void OnDefect(Exception exception) => UringWorker.OnOrphanException(exception);

    public override void OnReleased()
    {
    }

    /// <summary>The ring is closed: what is posted from now on is never run.</summary>
    public void Dispose() => _wake.Dispose();

    private void Listen()
    {
        fixed (ulong* count = _count) // allocated pinned: it stays where it is
            worker.Prepare(this, UringOperation.Wake)->Read(_wake.Fd, count, sizeof(ulong));
    }

    private static void Run((SendOrPostCallback Callback, object? State) posted)
    {
        try
        {
            posted.Callback(posted.State);
        }
        catch (Exception e)
        {
            UringWorker.OnOrphanException(e);
        }
    }
}
