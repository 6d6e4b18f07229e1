using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

internal sealed class SocketsListener : IListener
{
    /// <summary>More than a queue can hold (net.core.somaxconn).</summary>
    private const int MostWaiting = 65_536;

    private readonly SocketsTransport _transport;
    private readonly Socket _socket;
    private readonly IConnectionHandler _handler;
    private readonly Lock _gate = new();
    private AcceptBackoff _backoff;
    private ITimer? _pause;
    private ulong? _mark;
    private bool _isListening;
    private bool _isStopping;

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
            socket.Blocking = false;
            TcpOptions.Apply(socket.SafeHandle, TcpOptions.All);
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

        _isListening = true;
        StartAccepting();
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isStopping)
                return ValueTask.CompletedTask;
            _isStopping = true;
            StopAccepting();
            if (_isListening)
                AcceptTheRest();
            _pause?.Dispose();
            _socket.Dispose();
        }

        _transport.Forget(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The acceptor's call: a connection waits, or did.</summary>
    public void AcceptOne()
    {
        lock (_gate)
        {
            if (_isStopping || _mark is null)
                return;
            var error = _transport.Descriptors.TryFill() is < 0 and var full ? SocketErrors.FromErrno(-full) : TryAccept();
            if (error != SocketError.Success)
                OnFailed(error);
        }
    }

    private static void SetReusePort(Socket socket) => socket.SetRawSocketOption(Libc.SolSocket, Libc.SoReusePort, [1, 0, 0, 0]);

    /// <summary>Who waits here is connected, as far as its client knows; closing the socket would reset it.</summary>
    private void AcceptTheRest()
    {
        for (var left = MostWaiting; left > 0 && _socket.Poll(0, SelectMode.SelectRead); left--)
        {
            if (_transport.Descriptors.TryFill() < 0)
                return; // they would be accepted only to be reset when their targets are dialled
            var error = TryAccept();
            if (error != SocketError.Success && (error == SocketError.WouldBlock || AcceptErrors.Classify(error) != AcceptErrorKind.Transient))
                return;
        }
    }

    private SocketError TryAccept()
    {
        Socket socket;
        try
        {
            socket = _socket.Accept();
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }

        _backoff.Reset();
        _ = ServeAsync(socket);
        return SocketError.Success;
    }

    private void OnFailed(SocketError error)
    {
        switch (AcceptErrors.Classify(error))
        {
            case AcceptErrorKind.Transient:
                break;
            case AcceptErrorKind.Resources:
                StopAccepting();
                var pause = _backoff.Next();
                _pause ??= _transport.TimeProvider.CreateTimer(
                    static l => ((SocketsListener)l!).StartAccepting(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _pause.Change(pause, Timeout.InfiniteTimeSpan);
                _handler.OnAcceptError(this, error, pause);
                break;
            case AcceptErrorKind.Fatal:
                StopAccepting();
                _handler.OnAcceptError(this, error, backoff: null);
                break;
        }
    }

    private void StartAccepting()
    {
        lock (_gate)
        {
            if (_isStopping || _mark is not null)
                return;
            _mark = _transport.Acceptor.TryAdd(this);
            if (_mark is null)
                OnFailed(SocketError.NoBufferSpaceAvailable);
        }
    }

    private void StopAccepting()
    {
        if (_mark is { } mark)
            _transport.Acceptor.Remove(mark);
        _mark = null;
    }

    private async Task ServeAsync(Socket socket)
    {
        // The address that accept(2) gave, so it is there even when the peer has reset meanwhile.
        var connection = new SocketsConnection(_transport, socket, new TcpEndpoint((IPEndPoint)socket.RemoteEndPoint!));
        if (!_transport.Sessions.TryAdd(connection))
        {
            connection.Reset();
            return;
        }

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
            connection.End();
            _transport.Sessions.Remove(connection);
        }
    }
}
