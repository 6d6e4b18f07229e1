using System.Collections.Concurrent;
using System.Net.Sockets;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>The portable transport: System.Net.Sockets on the thread pool. Works wherever .NET does; the yardstick of correctness for faster ones.</summary>
internal sealed class SocketsTransport(TimeProvider timeProvider) : ITransport
{
    private readonly ConcurrentDictionary<SocketsListener, bool> _listeners = new();

    // With a thread each: who only dials has none.
    private readonly Lazy<ResetWatcher> _resets = new(static () => new ResetWatcher());
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

    public ResetWatcher Resets => _resets.Value;

    public SocketsAcceptor Acceptor => _acceptor.Value;

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        _ = Resets; // now: when a session wants it there may be no descriptor left
        var listener = SocketsListener.Bind(this, endpoint, handler, besideOurs);
        _listeners[listener] = true;
        return listener;
    }

    /// <summary>Dials on nobody's behalf: whoever gets the connection has to end it.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="local">Where from. Default: as the kernel chooses.</param>
    /// <param name="limit">Ends the dial with <see cref="SocketError.OperationAborted"/>.</param>
    public async ValueTask<DialResult> DialAsync(TcpEndpoint remote, LocalEnd local, CancellationToken limit)
    {
        if (!SocketsDial.TryOpen(remote, Descriptors, out var dial, out var error))
            return new(null, error);
        using (dial)
        {
            if (!local.IsAny && dial.Bind(local) is not SocketError.Success and var refused)
                return new(null, refused);
            await using var cancelling = limit.UnsafeRegister(static dial => ((SocketsDial)dial!).Cancel(SocketError.OperationAborted), dial);
            error = await dial.ConnectAsync(TimeProvider, Timeout.InfiniteTimeSpan, client: null);
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
        if (_resets.IsValueCreated)
            Resets.Dispose();
        Descriptors.Close();
    }

    public void Forget(SocketsListener listener) => _listeners.TryRemove(listener, out _);
}
