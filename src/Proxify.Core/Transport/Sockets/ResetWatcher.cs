using System.Collections.Concurrent;
using System.IO.Pipes;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Sees resets on connections that nobody receives from: those whose peer has sent FIN, and those whose data the other side does not take. System.Net.Sockets
/// can wait for readability only, and such a socket is readable all the time. One thread, asleep until a reset comes.
/// </summary>
internal sealed class ResetWatcher : IDisposable
{
    private const ulong StopMark = 0;

    private readonly Epoll _epoll = new();
    private readonly ConcurrentDictionary<ulong, SocketsConnection> _watched = new();
    // Its end hangs up when we close ours. (A socket would need a network, and a namespace may be without even the loopback interface.)
    private readonly AnonymousPipeServerStream _stop = new(PipeDirection.Out);
    private readonly SafePipeHandle _stopped;
    private ulong _lastMark = StopMark;

    public ResetWatcher()
    {
        _stopped = _stop.ClientSafePipeHandle;
        _epoll.TryAdd(_stopped, Epoll.In, StopMark);
        new Thread(Run) { IsBackground = true, Name = "proxify resets" }.Start();
    }

    /// <summary>Watches until the connection is closed; returns the mark for <see cref="Forget(ulong)"/>.</summary>
    /// <param name="connection">Is told, once.</param>
    /// <param name="socket">Its socket.</param>
    /// <param name="forEnd">FIN without a byte before it counts, too.</param>
    public ulong Watch(SocketsConnection connection, SafeSocketHandle socket, bool forEnd = false)
    {
        var mark = Interlocked.Increment(ref _lastMark);
        _watched[mark] = connection;
        // Errors are reported whatever is asked for. Where the kernel refuses (out of memory) the timeouts still hold.
        _epoll.TryAdd(socket, forEnd ? Epoll.EdgeTriggered | Epoll.ReadHangUp : Epoll.OneShot, mark);
        return mark;
    }

    /// <summary>The connection's socket is closed.</summary>
    public void Forget(ulong mark) => _watched.TryRemove(mark, out _);

    /// <summary>The connection lives on, and may be watched again.</summary>
    public void Forget(ulong mark, SafeSocketHandle socket)
    {
        if (_watched.TryRemove(mark, out _))
            _epoll.TryRemove(socket);
    }

    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        Span<(uint Events, ulong Data)> ready = stackalloc (uint, ulong)[64];
        while (true)
        {
            var count = _epoll.Wait(ready);
            foreach (var (events, mark) in ready[..count])
            {
                if (mark == StopMark)
                {
                    _epoll.Dispose();
                    _stopped.Dispose();
                    return;
                }

                if ((events & Epoll.Error) != 0)
                    OnReset(mark);
                // With a hang-up the connection has ended both ways, in order.
                else if ((events & (Epoll.ReadHangUp | Epoll.HangUp)) == Epoll.ReadHangUp)
                    OnEnd(mark);
            }
        }
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
