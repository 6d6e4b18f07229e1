using System.Collections.Concurrent;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Sees resets on connections that nobody receives from: those whose peer has sent FIN, and those whose data the other side does not take. System.Net.Sockets
/// can wait for readability only, and such a socket is readable all the time. One thread, asleep until a reset comes.
/// </summary>
internal sealed class ResetWatcher : IDisposable
{
    private readonly ConcurrentDictionary<ulong, SocketsConnection> _watched = new();
    private readonly EpollThread _thread;

    public ResetWatcher() => _thread = new EpollThread("proxify resets", OnReady);

    /// <summary>Watches until the connection is closed; returns the mark for <see cref="Forget(ulong)"/>.</summary>
    /// <param name="connection">Is told, once.</param>
    /// <param name="socket">Its socket.</param>
    /// <param name="forEnd">FIN without a byte before it counts, too.</param>
    public ulong Watch(SocketsConnection connection, SafeSocketHandle socket, bool forEnd = false)
    {
        var mark = _thread.NextMark();
        _watched[mark] = connection;
        // Errors are reported whatever is asked for. Where the kernel refuses (out of memory) the timeouts still hold.
        _thread.TryAdd(socket, forEnd ? Epoll.EdgeTriggered | Epoll.ReadHangUp : Epoll.OneShot, mark);
        return mark;
    }

    /// <summary>The connection's socket is closed.</summary>
    public void Forget(ulong mark) => _watched.TryRemove(mark, out _);

    /// <summary>The connection lives on, and may be watched again.</summary>
    public void Forget(ulong mark, SafeSocketHandle socket)
    {
        if (_watched.TryRemove(mark, out _))
            _thread.Remove(socket);
    }

    public void Dispose() => _thread.Dispose();

    private void OnReady(uint events, ulong mark)
    {
        if ((events & Epoll.Error) != 0)
            OnReset(mark);
        // With a hang-up the connection has ended both ways, in order.
        else if ((events & (Epoll.ReadHangUp | Epoll.HangUp)) == Epoll.ReadHangUp)
            OnEnd(mark);
    }

    private void OnReset(ulong mark)
    {
        if (_watched.TryRemove(mark, out var connection))
            connection.OnReset();
    }

    private void OnEnd(ulong mark)
    {
        // Who has said something and then ended waits for an answer; of its reset we still hear.
        if (_watched.TryGetValue(mark, out var connection) && connection.UnreadBytes == 0 && _watched.TryRemove(mark, out _))
            connection.OnEnd();
    }
}
