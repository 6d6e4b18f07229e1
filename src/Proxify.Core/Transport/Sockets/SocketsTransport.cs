namespace Proxify.Transport.Sockets;

/// <summary>The portable transport: System.Net.Sockets on the thread pool. Works wherever .NET does; the yardstick of correctness for faster ones.</summary>
public sealed class SocketsTransport(TimeProvider timeProvider) : ITransport
{
    public string Name => "sockets";

    internal TimeProvider TimeProvider { get; } = timeProvider;

    public IListener Listen(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false) => SocketsListener.Open(this, endpoint, handler, besideOurs);

    internal ResetWatcher Resets { get; } = new();

    // Listeners and connections belong to those who opened them.
    public ValueTask DisposeAsync()
    {
        Resets.Dispose();
        return ValueTask.CompletedTask;
    }
}
