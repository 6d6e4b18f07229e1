using System.Collections.Concurrent;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Accepts for all listeners of a transport, on a thread of its own. System.Net.Sockets would wake its own thread for every connection that comes, and that one
/// a thread of the pool: under a flood these changes of threads cost more than the connections, and everybody else waits for them. Here one connection is taken
/// from each listener that has some, by turns, and its session begins at once.
/// </summary>
internal sealed class SocketsAcceptor : IDisposable
{
    private readonly ConcurrentDictionary<ulong, SocketsListener> _listeners = new();
    private readonly EpollThread _thread;

    public SocketsAcceptor() => _thread = new EpollThread("proxify accept", OnReady);

    /// <summary>
    /// Calls the listener as long as connections wait at it. Returns the mark for <see cref="Remove"/>; null when the kernel has no memory for it, or
    /// watches as many as it may (fs.epoll.max_user_watches).
    /// </summary>
    public ulong? TryAdd(SocketsListener listener)
    {
        var mark = _thread.NextMark();
        _listeners[mark] = listener;
        if (_thread.TryAdd(listener.Handle, Epoll.In, mark))
            return mark;
        _listeners.TryRemove(mark, out _);
        return null;
    }

    /// <summary>A call that is under way may come after this.</summary>
    public void Remove(ulong mark)
    {
        if (_listeners.TryRemove(mark, out var listener))
            _thread.Remove(listener.Handle);
    }

    public void Dispose() => _thread.Dispose();

    private void OnReady(uint events, ulong mark)
    {
        if (_listeners.TryGetValue(mark, out var listener))
            listener.AcceptOne();
    }
}
