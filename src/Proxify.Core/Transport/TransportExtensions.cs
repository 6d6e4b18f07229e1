namespace Proxify.Transport;

/// <summary>What every transport can by what it has.</summary>
public static class TransportExtensions
{
    /// <summary>Binds and listens: for one endpoint, or where those before it may take connections although one behind it fails.</summary>
    /// <exception cref="ListenException">The endpoint cannot be bound or listened on.</exception>
    public static IListener Listen(this ITransport transport, TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
    {
        var listener = transport.Bind(endpoint, handler, besideOurs);
        try
        {
            listener.Listen();
            return listener;
        }
        catch (ListenException)
        {
            _ = listener.DisposeAsync().AsTask();
            throw;
        }
    }
}
