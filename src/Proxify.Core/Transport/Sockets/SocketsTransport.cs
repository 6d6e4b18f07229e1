using System.Collections.Concurrent;
using System.ComponentModel;
using System.Net.Sockets;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>
/// The plain transport: non-blocking sockets and epoll(7), on the thread pool. Works on every Linux; the yardstick of correctness for faster ones.
/// </summary>
internal sealed class SocketsTransport(TimeProvider timeProvider) : ITransport
{
    private readonly ConcurrentDictionary<SocketsListener, bool> _listeners = new();

    private readonly Lock _gate = new();

    // With a thread each: who only dials has no acceptor.
    private SocketPoller? _poller;
    private readonly Lazy<SocketsAcceptor> _acceptor = new(static () => new SocketsAcceptor());
    private volatile bool _isDisposed;

    public string Name => "sockets";

    /// <summary>
    /// Counts the buffers of directions that wait for their destination. What runs comes on top: a buffer for each thread of the pool; and at the limit 1 KiB
    /// for each direction that waits.
    /// </summary>
    public long BufferLimit
    {
        get => Budget.Limit;
        set => Budget.Limit = value;
    }

    public long BufferBytes => Budget.Held;

    public BufferBudget Budget { get; } = new();

    public DescriptorReserve Descriptors { get; } = new();

    public TimeProvider TimeProvider { get; } = timeProvider;

    public LiveSessions Sessions { get; } = new();

    /// <summary>Made when it is first needed, which throws where the system is out of descriptors; the next call tries again.</summary>
    /// <exception cref="IOException">There is none left for it.</exception>
    /// <exception cref="Win32Exception">Likewise.</exception>
    public SocketPoller Poller
    {
        get
        {
            lock (_gate)
                return _poller ??= new SocketPoller();
        }
    }

    public SocketsAcceptor Acceptor => _acceptor.Value;

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _ = Poller; // now: when a session wants it there may be no descriptor left
        return Keep(SocketsListener.Bind(this, endpoint, handler, besideOurs));
    }

    public bool CanHandOver => true;

    public IListener Inherit(TcpEndpoint endpoint, ReadOnlySpan<int> descriptors, IConnectionHandler handler)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _ = Poller;
        return Keep(SocketsListener.Inherit(this, descriptors, handler));
    }

    public void Adopt(in ConnectionState state, IConnectionHandler handler) =>
        ThreadPool.UnsafeQueueUserWorkItem(
            static adopted => _ = adopted.Transport.ServeAsync(adopted.Connection, adopted.Handler),
            (Transport: this, Connection: new SocketsConnection(this, state), Handler: handler),
            preferLocal: false);

    /// <summary>Dials on nobody's behalf: whoever gets the connection has to end it.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="local">Where from. Default: as the kernel chooses.</param>
    /// <param name="limit">Ends the dial with <see cref="SocketError.OperationAborted"/>.</param>
    public async ValueTask<DialResult> DialAsync(TcpEndpoint remote, LocalEnd local, CancellationToken limit)
    {
        if (!SocketsDial.TryOpen(this, remote, out var dial, out var error))
            return new(null, error);
        using (dial)
        {
            if (!local.IsAny && dial.Bind(local) is not SocketError.Success and var refused)
                return new(null, refused);
            await using var cancelling = limit.UnsafeRegister(static dial => ((SocketsDial)dial!).Cancel(SocketError.OperationAborted), dial);
            error = await dial.ConnectAsync(Timeout.InfiniteTimeSpan, client: null);
            return error == SocketError.Success ? new(new SocketsConnection(this, dial.Take(), remote), error) : new(null, error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        var ended = Sessions.StopAsync();
        foreach (var (listener, _) in _listeners)
            await listener.DisposeAsync();
        await TransportExtensions.WithinLongestEndAsync(ended, TimeProvider);
        if (_acceptor.IsValueCreated)
            Acceptor.Dispose();
        _poller?.Dispose();
        Descriptors.Close();
    }

    public void Forget(SocketsListener listener) => _listeners.TryRemove(listener, out _);

    /// <summary>The descriptor is the result's from now on.</summary>
    public PolledSocket Own(int fd) => new(this, fd);

    /// <summary>Runs the handler.</summary>
    public async Task ServeAsync(SocketsConnection client, IConnectionHandler handler)
    {
        if (!Sessions.TryAdd(client))
        {
            client.Reset();
            return;
        }

        try
        {
            await handler.HandleAsync(client);
        }
        catch (Exception e)
        {
            handler.OnHandlerError(client, e);
        }
        finally
        {
            client.End();
            Sessions.Remove(client);
        }
    }

    private SocketsListener Keep(SocketsListener listener)
    {
        _listeners[listener] = true;
        return listener;
    }
}
