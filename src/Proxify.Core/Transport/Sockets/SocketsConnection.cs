using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>A connection over a non-blocking socket: every operation is tried at once and waits only when the kernel says so.</summary>
internal sealed class SocketsConnection : WireConnection
{
    // tcp(7), TCP_INFO: the first byte of struct tcp_info is the state; TCP_CLOSE of net/tcp_states.h.
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;
    private const byte TcpClose = 7;

    private readonly SocketsTransport _transport;
    private readonly Socket _socket;
    private SemaphoreSlim? _sealing;
    private SocketOperation? _receiving;
    private SocketOperation? _sending;
    private SocketsDial? _dial;
    private SocketsRelay? _relay;
    private volatile bool _aborted;
    private volatile bool _sentFin;
    private int _closed;
    private ulong _resetMark;

    public SocketsConnection(SocketsTransport transport, Socket socket, TcpEndpoint remote)
    {
        _transport = transport;
        _socket = socket;
        _socket.Blocking = false;
        Local = new TcpEndpoint((IPEndPoint)socket.LocalEndPoint!);
        Remote = remote;
    }

    public override TcpEndpoint Local { get; }

    public override TcpEndpoint Remote { get; }

    public override bool IsReset => Volatile.Read(ref _closed) != 0 || IsClosedByReset;

    public override bool IsAborted => _aborted;

    protected override TimeProvider TimeProvider => _transport.TimeProvider;

    /// <summary>Where there is a transform: what is sealed goes out in that order, whichever pump has sealed it.</summary>
    public SemaphoreSlim Sealing => LazyInitializer.EnsureInitialized(ref _sealing, static () => new SemaphoreSlim(1));

    /// <summary>Of <see cref="LiveSessions"/>, under its lock.</summary>
    public SocketsConnection? Next { get; set; }

    /// <summary>Likewise.</summary>
    public SocketsConnection? Previous { get; set; }

    public override async ValueTask<DialResult> DialAsync(TcpEndpoint remote, TimeSpan timeout, LocalEnd local = default)
    {
        if (!SocketsDial.TryOpen(remote, _transport.Descriptors, out var dial, out var error))
            return new(null, error);
        using (dial)
        {
            if (!local.IsAny && dial.Bind(local) is not SocketError.Success and var refused)
                return new(null, refused);
            Volatile.Write(ref _dial, dial);
            Interlocked.MemoryBarrier(); // Abort() sets its flag, then looks for a dial; here it is the other way round.
            if (_aborted)
                dial.Cancel(SocketError.OperationAborted);
            error = await dial.ConnectAsync(_transport.TimeProvider, timeout, Watcher is null ? null : this);
            Volatile.Write(ref _dial, null);
            if (error != SocketError.Success)
                return new(null, error);
            var target = new SocketsConnection(_transport, dial.Take(), remote);
            Adopt(target);
            Interlocked.MemoryBarrier(); // Abort() sets its flag, then looks at what was dialled.
            if (!_aborted)
                return new(target, error);
            target.Reset();
            return new(null, SocketError.OperationAborted);
        }
    }

    public override TimeSpan? Silence => Volatile.Read(ref _relay)?.Silence;

    public override ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts)
    {
        var other = (SocketsConnection)target;
        if (_resetMark != 0)
        {
            // The relay receives: it learns of a reset in its order, behind what was said before.
            _transport.Resets.Forget(_resetMark, _socket.SafeHandle);
            _resetMark = 0;
        }

        var relay = new SocketsRelay(_transport, this, other, timeouts);
        Volatile.Write(ref _relay, relay);
        Volatile.Write(ref other._relay, relay);
        if (timeouts.Liveness is { } liveness)
        {
            TcpOptions.Apply(_socket.SafeHandle, liveness.Options);
            TcpOptions.Apply(other._socket.SafeHandle, liveness.Options);
        }

        Interlocked.MemoryBarrier(); // as in DialAsync
        if (_aborted)
            relay.Abort();
        return relay.RunAsync();
    }

    protected override async ValueTask<IoResult> ReceiveWireAsync(Memory<byte> buffer)
    {
        while (true)
        {
            var result = TryReceive(buffer.Span);
            if (result.Error != SocketError.WouldBlock)
                return result;
            var error = await WaitReadableAsync();
            if (error != SocketError.Success)
                return new(0, error);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<IoResult> SendWireAsync(ReadOnlyMemory<byte> buffer)
    {
        var sent = 0;
        while (sent < buffer.Length)
        {
            var result = TrySend(buffer.Span[sent..]);
            if (result.Error == SocketError.WouldBlock)
                result = await WaitAndSendAsync(buffer[sent..]);
            if (result.Error != SocketError.Success)
                return new(sent, result.Error);
            sent += result.Bytes;
        }

        return new(sent);
    }

    // Fails only when the connection was reset meanwhile: whoever receives next will see that.
    public override void ShutdownWire()
    {
        _sentFin = true;
        try
        {
            Libc.ShutdownSend(_socket.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            // Closed while the end of its transform was on its way.
        }
    }

    public override void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        if (!_aborted)
            ShutdownWire();
        if (!_aborted && Transform is not null)
            Libc.DropUnread(_socket.SafeHandle); // what came behind its end
        Dispose();
    }

    public override void Reset()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        Libc.Disconnect(_socket.SafeHandle);
        Dispose();
    }

    public override void Abort()
    {
        _aborted = true;
        Interlocked.MemoryBarrier();
        Volatile.Read(ref _dial)?.Cancel(SocketError.OperationAborted);
        Volatile.Read(ref _relay)?.Abort();
        Disconnect();
        AbortDialled();
    }

    /// <summary>Sends RST and wakes whoever waits on this connection; the descriptor stays, so its users need no lock.</summary>
    public void Disconnect()
    {
        try
        {
            Libc.Disconnect(_socket.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile: nothing is left to end.
        }
    }

    /// <summary>For a connection in a relay that nobody receives from any more, or for the time being: learn of a reset all the same. Idempotent.</summary>
    public void WatchForReset()
    {
        if (_resetMark == 0)
            _resetMark = _transport.Resets.Watch(this, _socket.SafeHandle);
    }

    public override void WatchPeer()
    {
        if (Watcher is { } watcher && _resetMark == 0 && Volatile.Read(ref _closed) == 0)
            _resetMark = _transport.Resets.Watch(this, _socket.SafeHandle, watcher.CountsEnd && !HasUnread);
    }

    /// <summary>The reset watcher's call, on its thread.</summary>
    public void OnReset()
    {
        if (Volatile.Read(ref _relay) is { } relay)
            relay.OnReset(this);
        else
            Watcher?.OnPeerLeft(byReset: true);
    }

    /// <summary>Likewise.</summary>
    public void OnEnd()
    {
        if (Volatile.Read(ref _relay) is null)
            Watcher?.OnPeerLeft(byReset: false);
    }

    /// <summary>Bytes that wait to be received; negative when the connection is gone.</summary>
    public int UnreadBytes => Ask(static socket => Libc.UnreadBytes(socket.SafeHandle), ifClosed: -1);

    /// <summary>Bytes that the peer's kernel has not acknowledged; negative when the connection is gone.</summary>
    public int UnacknowledgedBytes => Ask(static socket => Libc.UnacknowledgedBytes(socket.SafeHandle), ifClosed: -1);

    /// <summary>Bytes that the peer's kernel has acknowledged so far; zero when the connection is gone.</summary>
    public long AcknowledgedBytes => Ask(static socket => Libc.AcknowledgedBytes(socket.SafeHandle), ifClosed: 0);

    /// <summary>Whether receiving would give something at once: bytes, the end, or an error.</summary>
    public bool HasInput => Ask(static socket => socket.Poll(0, SelectMode.SelectRead), ifClosed: false);

    /// <summary>Waits for data, FIN or an error, holding no buffer.</summary>
    public async ValueTask<SocketError> WaitReadableAsync()
    {
        if (_aborted)
            return SocketError.OperationAborted;
        var error = await (_receiving ??= new SocketOperation()).ReceiveAsync(_socket, Memory<byte>.Empty);
        return _aborted ? SocketError.OperationAborted : error;
    }

    public IoResult TryReceive(Span<byte> buffer)
    {
        var bytes = _socket.Receive(buffer, SocketFlags.None, out var error);
        if (_aborted)
            return new(0, SocketError.OperationAborted);
        if (error != SocketError.Success)
            return new(0, error);
        if (bytes == 0 && !buffer.IsEmpty && IsClosedByReset)
            return new(0, SocketError.ConnectionReset);
        if (Transform is null)
            CountReceived(bytes);
        return new(bytes);
    }

    public IoResult TrySend(ReadOnlySpan<byte> buffer)
    {
        var bytes = _socket.Send(buffer, SocketFlags.None, out var error);
        return _aborted ? new(0, SocketError.OperationAborted) : new(bytes, error);
    }

    private async ValueTask<IoResult> WaitAndSendAsync(ReadOnlyMemory<byte> buffer)
    {
        var operation = _sending ??= new SocketOperation();
        var error = await operation.SendAsync(_socket, buffer);
        return _aborted ? new(0, SocketError.OperationAborted) : new(operation.BytesTransferred, error);
    }

    /// <summary>
    /// A send that meets an RST takes the error off the socket, and a receive after it returns zero bytes as after FIN. But FIN alone leaves a socket in
    /// CLOSE-WAIT, RST in CLOSE. Once we have sent FIN ourselves both may end in CLOSE; then no send can have taken the error, and zero bytes are FIN. In this
    /// order: the other pump says that it will send FIN, then sends it.
    /// </summary>
    private bool IsClosedByReset
    {
        get
        {
            Span<byte> state = stackalloc byte[1];
            return _socket.GetRawSocketOption(IpProtoTcp, TcpInfo, state) == 1 && state[0] == TcpClose && !_sentFin;
        }
    }

    /// <summary>For those who may meet a connection that its own flow closes meanwhile.</summary>
    private T Ask<T>(Func<Socket, T> question, T ifClosed)
    {
        try
        {
            return question(_socket);
        }
        catch (ObjectDisposedException)
        {
            return ifClosed;
        }
    }

    private void Dispose()
    {
        if (_resetMark != 0)
            _transport.Resets.Forget(_resetMark);
        _socket.Dispose();
        _receiving?.Dispose();
        _sending?.Dispose();
    }
}
