using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

internal sealed class SocketsListener : IListener
{
    /// <summary>More than a queue can hold (net.core.somaxconn).</summary>
    private const int MostWaiting = 65_536;

    private readonly SocketsTransport _transport;
    private readonly SafeFileHandle[] _sockets;
    private readonly IConnectionHandler _handler;
    private readonly Lock _gate = new();
    private readonly List<ulong> _marks = [];
    private AcceptBackoff _backoff;
    private ITimer? _pause;
    private bool _isInherited;
    private bool _isListening;
    private bool _isStopping;

    private SocketsListener(SocketsTransport transport, ReadOnlySpan<int> sockets, IConnectionHandler handler)
    {
        _transport = transport;
        _sockets = [.. sockets.ToArray().Select(static fd => new SafeFileHandle(fd, ownsHandle: true))];
        _handler = handler;
        Endpoint = ListenerBinding.BoundTo(sockets[0]);
    }

    public TcpEndpoint Endpoint { get; }

    public SafeHandle Handle => _sockets[0];

    public IReadOnlyList<int> Descriptors => [.. _sockets.Select(DescriptorOf)];

    /// <exception cref="ListenException">The endpoint cannot be bound.</exception>
    public static SocketsListener Bind(SocketsTransport transport, TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs)
    {
        var socket = ListenerBinding.Open(endpoint);
        try
        {
            if (besideOurs)
                ListenerBinding.Share(socket, endpoint);
            ListenerBinding.Bind(socket, endpoint);
            return new SocketsListener(transport, [socket], handler);
        }
        catch (ListenException)
        {
            Libc.Close(socket);
            throw;
        }
    }

    /// <summary>Takes over sockets that listen: one, or the several of a transport with workers.</summary>
    public static SocketsListener Inherit(SocketsTransport transport, ReadOnlySpan<int> sockets, IConnectionHandler handler) =>
        new(transport, sockets, handler) { _isInherited = true };

    public void Listen()
    {
        if (!_isInherited)
        {
            ListenerBinding.Listen(DescriptorOf(_sockets[0]), Endpoint, MostWaiting);
            ListenerBinding.Share(DescriptorOf(_sockets[0]), Endpoint);
        }

        _isListening = true;
        StartAccepting();
    }

    public ValueTask DisposeAsync() => StopAsync(leaveWaiting: false);

    public ValueTask AbandonAsync() => StopAsync(leaveWaiting: true);

    /// <summary>The acceptor's call: a connection waits, or did.</summary>
    public void AcceptOne(SafeHandle socket)
    {
        lock (_gate)
        {
            if (_isStopping || _marks.Count == 0)
                return;
            var error = _transport.Descriptors.TryFill() is < 0 and var full ? SocketErrors.FromErrno(-full) : TryAccept(socket);
            if (error != SocketError.Success)
                OnFailed(error);
        }
    }

    private static int DescriptorOf(SafeHandle socket) => (int)socket.DangerousGetHandle();

    private ValueTask StopAsync(bool leaveWaiting)
    {
        lock (_gate)
        {
            if (_isStopping)
                return ValueTask.CompletedTask;
            _isStopping = true;
            StopAccepting();
            foreach (var socket in _sockets)
            {
                if (_isListening && !leaveWaiting)
                    AcceptTheRest(socket);
                socket.Dispose();
            }

            _pause?.Dispose();
        }

        _transport.Forget(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>Who waits here is connected, as far as its client knows; closing the socket would reset it.</summary>
    private void AcceptTheRest(SafeHandle socket)
    {
        for (var left = MostWaiting; left > 0 && _transport.Descriptors.TryFill() >= 0; left--) // or they would be reset when their targets are dialled
        {
            var error = TryAccept(socket);
            if (error != SocketError.Success && (error == SocketError.WouldBlock || AcceptErrors.Classify(error) != AcceptErrorKind.Transient))
                return;
        }
    }

    private SocketError TryAccept(SafeHandle socket)
    {
        var accepted = Libc.Accept(DescriptorOf(socket), Libc.SockNonBlock | Libc.SockCloseOnExec, out var remote);
        if (accepted < 0)
            return SocketErrors.FromErrno(-accepted);
        _backoff.Reset();
        // The address that accept(2) gave, so it is there even when the peer has reset meanwhile.
        _ = _transport.ServeAsync(new SocketsConnection(_transport, _transport.Own(accepted), remote.ToEndpoint()), _handler);
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
            if (_isStopping || _marks.Count > 0)
                return;
            foreach (var socket in _sockets)
            {
                if (_transport.Acceptor.TryAdd(this, socket) is not { } mark)
                {
                    OnFailed(SocketError.NoBufferSpaceAvailable);
                    return;
                }

                _marks.Add(mark);
            }
        }
    }

    private void StopAccepting()
    {
        // One that has never accepted leaves the acceptor, which takes descriptors, to those that do.
        foreach (var mark in _marks)
            _transport.Acceptor.Remove(mark);
        _marks.Clear();
    }
}
