namespace Proxify.Transport;

/// <summary>What every transport can by what it has.</summary>
internal static class TransportExtensions
{
    /// <summary>A handler that does not return must not keep the process from ending.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(10);

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

    /// <summary>Waits until all has ended, as <see cref="ITransport"/> says of disposal; what has not ended by then is left to itself.</summary>
    public static async Task WithinLongestEndAsync(Task ended, TimeProvider timeProvider)
    {
        try
        {
            await ended.WaitAsync(LongestEnd, timeProvider);
        }
        catch (TimeoutException)
        {
        }
    }
}
