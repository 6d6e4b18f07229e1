using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Proxify.Transport.Sockets;

internal sealed class SocketsListener : IListener
{
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(1);

    private readonly SocketsTransport _transport;
    private readonly Socket _socket;
    private readonly IConnectionHandler _handler;
    private readonly CancellationTokenSource _stopping = new();
    private Task _accepting = Task.CompletedTask;

    private SocketsListener(SocketsTransport transport, Socket socket, IConnectionHandler handler)
    {
        _transport = transport;
        _socket = socket;
        _handler = handler;
        Endpoint = new TcpEndpoint((IPEndPoint)socket.LocalEndPoint!);
    }

    public TcpEndpoint Endpoint { get; }

    public SafeHandle Handle => _socket.SafeHandle;

    /// <exception cref="ListenException">The endpoint cannot be bound.</exception>
    public static SocketsListener Bind(SocketsTransport transport, TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(endpoint.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            // The IPv6 wildcard takes IPv4 too; a given IPv6 address takes itself only.
            if (!endpoint.IsIPv4)
                socket.DualMode = endpoint.IsAny;
            TcpOptions.Apply(socket);
            if (besideOurs)
                SetReusePort(socket);
            socket.Bind(endpoint.ToIPEndPoint());
            return new SocketsListener(transport, socket, handler);
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new ListenException(endpoint, e.SocketErrorCode, e);
        }
    }

    public void Listen()
    {
        try
        {
            _socket.Listen();
            // Set before, it would let any process of the same user share the port unnoticed; set now, it only allows a later one of ours that asks for it.
            SetReusePort(_socket);
        }
        catch (SocketException e)
        {
            throw new ListenException(Endpoint, e.SocketErrorCode, e);
        }

        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_stopping.IsCancellationRequested)
            return;
        await _stopping.CancelAsync();
        _socket.Dispose();
        await _accepting;
        _stopping.Dispose();
    }

    private static void SetReusePort(Socket socket) => socket.SetRawSocketOption(TcpOptions.SolSocket, TcpOptions.SoReusePort, [1, 0, 0, 0]);

    private async Task AcceptAsync()
    {
        using var operation = new SocketOperation();
        var backoff = FirstBackoff;
        while (!_stopping.IsCancellationRequested)
        {
            SocketError error;
            try
            {
                error = _transport.Descriptors.TryFill() is < 0 and var full ? SocketErrors.FromErrno(-full) : await operation.AcceptAsync(_socket);
            }
            catch (ObjectDisposedException)
            {
                return;
            }

            if (error == SocketError.Success)
            {
                backoff = FirstBackoff;
                var socket = operation.AcceptSocket!;
                // The address that accept(2) gave, so it is there even when the peer has reset meanwhile.
                _ = ServeAsync(new SocketsConnection(_transport, socket, new TcpEndpoint((IPEndPoint)socket.RemoteEndPoint!)));
                continue;
            }

            switch (AcceptErrors.Classify(error))
            {
                case AcceptErrorKind.Transient:
                    break;
                case AcceptErrorKind.Resources:
                    _handler.OnAcceptError(this, error, backoff);
                    await Task.Delay(backoff, _transport.TimeProvider, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    backoff = TimeSpan.FromTicks(Math.Min(backoff.Ticks * 2, LongestBackoff.Ticks));
                    break;
                case AcceptErrorKind.Fatal:
                    if (!_stopping.IsCancellationRequested)
                        _handler.OnAcceptError(this, error, backoff: null);
                    return;
            }
        }
    }

    private async Task ServeAsync(SocketsConnection connection)
    {
        try
        {
            await _handler.HandleAsync(connection);
        }
        catch (Exception e)
        {
            _handler.OnHandlerError(connection, e);
        }
        finally
        {
            connection.Reset();
        }
    }
}
