using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Where one flow of control waits until a socket may be ready. It costs a try when that was a false alarm, so whoever wants it to look around signals, too. A
/// signal that comes while nobody waits is kept for who waits next.
/// </summary>
internal sealed class Readiness : IValueTaskSource<SocketError>, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Signalled = 1;
    private const int Waiting = 2;

    private ManualResetValueTaskSourceCore<SocketError> _core;
    private int _state;

    /// <summary>Whether it was signalled since the last wait; it is not any more.</summary>
    public bool TryTake() => Volatile.Read(ref _state) == Signalled && Interlocked.CompareExchange(ref _state, Idle, Signalled) == Signalled;

    /// <summary>By one flow at a time; the result says nothing. It goes on on the thread pool.</summary>
    public ValueTask<SocketError> WaitAsync()
    {
        _core.Reset();
        if (Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle)
            return new(this, _core.Version);
        Volatile.Write(ref _state, Idle); // Signalled: nobody else takes it away
        return default;
    }

    /// <summary>From any thread.</summary>
    public void Signal()
    {
        while (Volatile.Read(ref _state) is var state and not Signalled)
        {
            if (Interlocked.CompareExchange(ref _state, state == Waiting ? Idle : Signalled, state) != state)
                continue;
            if (state == Waiting)
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            return;
        }
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(SocketError.Success);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
