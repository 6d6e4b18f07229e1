using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Accepts for all listeners of a transport, on a thread of its own. To wake a thread of the pool for every connection that comes costs more, under a flood,
/// than the connections, and everybody else waits for them. Here one connection is taken from each listening socket that has some, by turns, and its session
/// begins at once.
/// </summary>
internal sealed class SocketsAcceptor : IDisposable
{
    private readonly ConcurrentDictionary<ulong, (SocketsListener Listener, SafeHandle Socket)> _sockets = new();
    private readonly EpollThread _thread;

    public SocketsAcceptor() => _thread = new EpollThread("proxify accept", OnReady);

    /// <summary>
    /// Calls the listener as long as connections wait at its socket. Returns the mark for <see cref="Remove"/>; null when the kernel has no memory for it, or
    /// watches as many as it may (fs.epoll.max_user_watches).
    /// </summary>
    public ulong? TryAdd(SocketsListener listener, SafeHandle socket)
    {
        var mark = _thread.NextMark();
        _sockets[mark] = (listener, socket);
        if (_thread.TryAdd(socket, Epoll.In, mark))
            return mark;
        _sockets.TryRemove(mark, out _);
        return null;
    }

    /// <summary>A call that is under way may come after this.</summary>
    public void Remove(ulong mark)
    {
        if (_sockets.TryRemove(mark, out var watched))
            _thread.Remove(watched.Socket);
    }

    public void Dispose() => _thread.Dispose();

    private void OnReady(uint events, ulong mark)
    {
        if (_sockets.TryGetValue(mark, out var ready))
            ready.Listener.AcceptOne(ready.Socket);
    }
}
