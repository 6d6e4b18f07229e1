using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Transport;
using Proxify.Transport.Net;

namespace Proxify.Program.Admin;

/// <summary>
/// Accepts the connections of one endpoint. Kestrel's own listener tries again at once, whatever failed: out of descriptors, where accept(2) fails before it
/// looks for a client, that is a core without end.
/// </summary>
internal sealed class AdminListener(Socket socket, SocketConnectionContextFactory connections) : IConnectionListener
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public EndPoint EndPoint { get; } = socket.LocalEndPoint!;

    /// <returns>Null: the endpoint was closed.</returns>
    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            try
            {
                return connections.Create(await socket.AcceptAsync(cancellationToken));
            }
            catch (ObjectDisposedException)
            {
                return null;
            }
            catch (SocketException e) when (AcceptErrors.Classify(e.SocketErrorCode) == AcceptErrorKind.Fatal)
            {
                return null;
            }
            catch (SocketException e)
            {
                if (AcceptErrors.Classify(e.SocketErrorCode) == AcceptErrorKind.Resources)
                    await Task.Delay(Pause, cancellationToken);
            }
        }
    }

    public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        socket.Dispose();
        return default;
    }

    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        connections.Dispose();
        return default;
    }

    /// <summary>Hands the endpoints to Kestrel.</summary>
    /// <param name="local">The UNIX socket, which listens already; null: there is none.</param>
    /// <param name="logger">For the connections' own trouble.</param>
    public sealed class Factory(Socket? local, ILogger logger) : IConnectionListenerFactory
    {
        private const int Backlog = 512;

        /// <exception cref="IOException">It cannot be listened on.</exception>
        public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) => new(new AdminListener(
            endpoint is UnixDomainSocketEndPoint && local is not null ? local : Listen(endpoint),
            new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger)));

        private static Socket Listen(EndPoint endpoint)
        {
            var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                if (endpoint is IPEndPoint ip && ip.Address.Equals(IPAddress.IPv6Any))
                    socket.DualMode = true;
                socket.Bind(endpoint);
                socket.Listen(Backlog);
                return socket;
            }
            catch (SocketException e)
            {
                socket.Dispose();
                throw new IOException($"cannot listen on {endpoint}: {SocketErrors.Describe(e.SocketErrorCode)}", e);
            }
        }
    }
}
