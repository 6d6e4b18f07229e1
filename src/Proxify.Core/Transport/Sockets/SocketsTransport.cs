using System.Collections.Concurrent;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>The portable transport: System.Net.Sockets on the thread pool. Works wherever .NET does; the yardstick of correctness for faster ones.</summary>
internal sealed class SocketsTransport(TimeProvider timeProvider) : ITransport
{
    private readonly ConcurrentDictionary<SocketsListener, bool> _listeners = new();
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

    public ResetWatcher Resets { get; } = new();

    public SocketsAcceptor Acceptor { get; } = new();

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var listener = SocketsListener.Bind(this, endpoint, handler, besideOurs);
        _listeners[listener] = true;
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        _isDisposed = true;
        var ended = Sessions.StopAsync();
        foreach (var (listener, _) in _listeners)
            await listener.DisposeAsync();
        await TransportExtensions.WithinLongestEndAsync(ended, TimeProvider);
        Acceptor.Dispose();
        Resets.Dispose();
        Descriptors.Close();
    }

    public void Forget(SocketsListener listener) => _listeners.TryRemove(listener, out _);
}
