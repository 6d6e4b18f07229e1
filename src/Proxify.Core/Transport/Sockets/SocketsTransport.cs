using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>The portable transport: System.Net.Sockets on the thread pool. Works wherever .NET does; the yardstick of correctness for faster ones.</summary>
public sealed class SocketsTransport(TimeProvider timeProvider) : ITransport
{
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

    internal BufferBudget Budget { get; } = new();

    internal DescriptorReserve Descriptors { get; } = new();

    internal TimeProvider TimeProvider { get; } = timeProvider;

    public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false) =>
        SocketsListener.Bind(this, endpoint, handler, besideOurs);

    internal ResetWatcher Resets { get; } = new();

    internal SocketsAcceptor Acceptor { get; } = new();

    // Listeners and connections belong to those who opened them.
    public ValueTask DisposeAsync()
    {
        Acceptor.Dispose();
        Resets.Dispose();
        Descriptors.Close();
        return ValueTask.CompletedTask;
    }
}
