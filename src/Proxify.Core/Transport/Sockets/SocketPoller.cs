using System.Collections.Concurrent;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>Tells sockets what the kernel has to tell of them, on a thread of its own that sleeps meanwhile.</summary>
internal sealed class SocketPoller : IDisposable
{
    private readonly ConcurrentDictionary<ulong, PolledSocket> _sockets = new();
    private readonly EpollThread _thread;

    public SocketPoller() => _thread = new EpollThread("proxify sockets", OnReady);

    /// <summary>
    /// Tells it, from its state of now on, of each change once. Returns the mark for <see cref="Forget"/>; null when the kernel has no memory for it, or
    /// watches as many as it may (fs.epoll.max_user_watches).
    /// </summary>
    public ulong? TryAdd(PolledSocket socket)
    {
        var mark = _thread.NextMark();
        _sockets[mark] = socket;
        if (_thread.TryAdd(socket, Epoll.In | Epoll.Urgent | Epoll.Out | Epoll.ReadHangUp | Epoll.EdgeTriggered, mark))
            return mark;
        _sockets.TryRemove(mark, out _);
        return null;
    }

    /// <summary>It is about to be closed, which ends it for the kernel unless another process has it, too. A call may be on its way.</summary>
    public void Forget(ulong mark) => _sockets.TryRemove(mark, out _);

    /// <summary>Likewise; it lives on in another process.</summary>
    public void Remove(ulong mark, PolledSocket socket)
    {
        Forget(mark);
        _thread.Remove(socket);
    }

    public void Dispose() => _thread.Dispose();

    private void OnReady(uint events, ulong mark)
    {
        if (_sockets.TryGetValue(mark, out var socket))
            socket.OnReady(events);
    }
}
