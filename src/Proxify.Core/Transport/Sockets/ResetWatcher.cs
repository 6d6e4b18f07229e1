using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Sees resets on connections that nobody receives from: those whose peer has sent FIN, and those whose data the other side does not take. System.Net.Sockets can wait for
/// readability only, and such a socket is readable all the time. One thread, asleep until a reset comes.
/// </summary>
internal sealed class ResetWatcher : IDisposable
{
    private const ulong StopMark = 0;

    private readonly Epoll _epoll = new();
    private readonly ConcurrentDictionary<ulong, SocketsConnection> _watched = new();
    private readonly Socket _stop = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private ulong _lastMark = StopMark;

    public ResetWatcher()
    {
        _stop.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _epoll.TryAdd(_stop.SafeHandle, Epoll.In, StopMark);
        new Thread(Run) { IsBackground = true, Name = "proxify resets" }.Start();
    }

    /// <summary>Watches until the connection is closed; returns the mark for <see cref="Forget"/>.</summary>
    public ulong Watch(SocketsConnection connection, SafeSocketHandle socket)
    {
        var mark = Interlocked.Increment(ref _lastMark);
        _watched[mark] = connection;
        // Errors are reported whatever is asked for. Where the kernel refuses (out of memory) the timeouts still hold.
        _epoll.TryAdd(socket, Epoll.OneShot, mark);
        return mark;
    }

    public void Forget(ulong mark) => _watched.TryRemove(mark, out _);

    public void Dispose()
    {
        _stop.SendTo([0], _stop.LocalEndPoint!);
    }

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
                    _stop.Dispose();
                    return;
                }

                // Without an error this is the hang-up of a connection that has ended in order.
                if ((events & Epoll.Error) != 0 && _watched.TryRemove(mark, out var connection))
                    connection.OnReset();
            }
        }
    }
}
