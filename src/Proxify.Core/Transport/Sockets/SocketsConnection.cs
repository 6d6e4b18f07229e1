using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>A connection over a non-blocking socket: every operation is tried at once and waits only when the kernel says so.</summary>
internal sealed class SocketsConnection : WireConnection
{
    private readonly SocketsTransport _transport;
    private readonly PolledSocket _socket;
    private SemaphoreSlim? _sealing;
    private SocketsDial? _dial;
    private SocketsRelay? _relay;
    private volatile bool _aborted;
    private volatile bool _mustSuspend;
    private volatile bool _sentFin;
    private int _closed;
    private int _watch;

    /// <summary>What nobody who receives is there to see.</summary>
    private enum Watch
    {
        Off,

        /// <summary>Resets.</summary>
        Reset,

        /// <summary>Those, and FIN without a byte before it.</summary>
        End,

        /// <summary>It has been told.</summary>
        Over,
    }

    public SocketsConnection(SocketsTransport transport, PolledSocket socket, TcpEndpoint remote)
    {
        _transport = transport;
        _socket = socket;
        _socket.Connection = this;
        Local = socket.Ask(static fd => Libc.LocalAddress(fd, out var address) == 0 ? address.ToEndpoint() : default, ifClosed: default);
        Remote = remote;
    }

    /// <summary>One that another process has had until now.</summary>
    public SocketsConnection(SocketsTransport transport, in ConnectionState state)
        : this(transport, transport.Own(state.Descriptor), state.Remote)
    {
        Restore(state);
        _sentFin = _socket.Ask(Libc.HasSentFin, ifClosed: false);
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
        if (!SocketsDial.TryOpen(_transport, remote, out var dial, out var error))
            return new(null, error);
        using (dial)
        {
            if (!local.IsAny && dial.Bind(local) is not SocketError.Success and var refused)
                return new(null, refused);
            Volatile.Write(ref _dial, dial);
            Interlocked.MemoryBarrier(); // Abort() sets its flag, then looks for a dial; here it is the other way round.
            if (_aborted)
                dial.Cancel(SocketError.OperationAborted);
            error = await dial.ConnectAsync(timeout, Watcher is null ? null : this);
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

    public override TimeSpan? Silence => Volatile.Read(ref _relay)?.Silence ?? SilenceBefore;

    public override ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts)
    {
        var other = (SocketsConnection)target;
        Unwatch(); // the relay receives: it learns of a reset in its order, behind what was said before
        var relay = new SocketsRelay(_transport, this, other, timeouts);
        Volatile.Write(ref _relay, relay);
        Volatile.Write(ref other._relay, relay);
        if (timeouts.Liveness is { } liveness)
        {
            _socket.Set(liveness.Options);
            other._socket.Set(liveness.Options);
        }

        Interlocked.MemoryBarrier(); // as in DialAsync
        if (_aborted)
            relay.Abort();
        if (_mustSuspend)
            relay.Suspend();
        return relay.RunAsync();
    }

    public override void SuspendRelay()
    {
        _mustSuspend = true;
        Interlocked.MemoryBarrier(); // RelayAsync() has a relay, then looks whether it must be suspended; here it is the other way round.
        Volatile.Read(ref _relay)?.Suspend();
    }

    /// <summary>The relay is suspended.</summary>
    public void LeaveRelay()
    {
        Unwatch();
        _mustSuspend = false;
        Volatile.Write(ref _relay, null);
    }

    internal override void Abandon()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            _socket.Abandon();
    }

    internal override Connection Adopt(in ConnectionState state)
    {
        var target = new SocketsConnection(_transport, state);
        Adopt(target);
        return target;
    }

    protected override int? TryGetDescriptor() => Volatile.Read(ref _closed) == 0 && !_aborted && _relay is null ? _socket.Descriptor : null;

    protected override async ValueTask<IoResult> ReceiveWireAsync(Memory<byte> buffer)
    {
        while (true)
        {
            var result = TryReceive(buffer.Span);
            if (result.Error != SocketError.WouldBlock)
                return result;
            var error = await WaitForInputAsync();
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
            sent += result.Bytes;
            var error = result.Error;
            if (error == SocketError.WouldBlock || (error == SocketError.Success && sent < buffer.Length))
                error = await WaitForRoomAsync();
            if (error != SocketError.Success)
                return new(sent, error);
        }

        return new(sent);
    }

    // Fails only when the connection was reset meanwhile: whoever receives next will see that.
    public override void ShutdownWire()
    {
        _sentFin = true;
        _ = _socket.Ask(Libc.ShutdownSend, ifClosed: 0); // closed: while the end of its transform was on its way
    }

    public override void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        if (!_aborted)
            ShutdownWire();
        if (!_aborted && Transform is not null)
            Libc.DropUnread(_socket.Descriptor); // what came behind its end
        _socket.Dispose();
    }

    public override void Reset()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _socket.Disconnect();
        _socket.Dispose();
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
    public void Disconnect() => _socket.Disconnect();

    /// <summary>For a connection in a relay that nobody receives from any more, or for the time being: learn of a reset all the same. Idempotent.</summary>
    public void WatchForReset() => StartWatch(Watch.Reset);

    public override void WatchPeer()
    {
        if (Watcher is { } watcher && Volatile.Read(ref _closed) == 0)
            StartWatch(watcher.CountsEnd && !HasUnread ? Watch.End : Watch.Reset);
    }

    /// <summary>The poller's call, on its thread.</summary>
    public void OnReady(uint events)
    {
        var watch = (Watch)Volatile.Read(ref _watch);
        if (watch is Watch.Off or Watch.Over)
            return;
        if ((events & Epoll.Error) != 0)
        {
            if (TryMove(watch, Watch.Over))
                OnReset();
        }

        // With a hang-up the connection has ended both ways, in order. Who has said something and then ended waits for an answer; of its reset we still hear.
        else if (watch == Watch.End && (events & (Epoll.ReadHangUp | Epoll.HangUp)) == Epoll.ReadHangUp && UnreadBytes == 0 && TryMove(watch, Watch.Over))
        {
            OnEnd();
        }
    }

    /// <summary>Bytes that wait to be received; negative when the connection is gone.</summary>
    public int UnreadBytes => _socket.Ask(Libc.UnreadBytes, ifClosed: -1);

    /// <summary>Bytes that the peer's kernel has not acknowledged; negative when the connection is gone.</summary>
    public int UnacknowledgedBytes => _socket.Ask(Libc.UnacknowledgedBytes, ifClosed: -1);

    /// <summary>Bytes that the peer's kernel has acknowledged so far; zero when the connection is gone.</summary>
    public long AcknowledgedBytes => _socket.Ask(Libc.AcknowledgedBytes, ifClosed: 0);

    /// <summary>Whether receiving would give something at once: bytes, the end, or an error.</summary>
    public bool HasInput => _socket.Ask(Libc.HasInput, ifClosed: false);

    /// <summary>Waits until there may be data, FIN or an error, holding no buffer; or until the relay is to be suspended.</summary>
    public ValueTask<SocketError> WaitForInputAsync() => _aborted ? new(SocketError.OperationAborted) : _socket.WaitForInputAsync();

    /// <summary>Lets whoever waits look around.</summary>
    public void Wake() => _socket.Wake();

    public IoResult TryReceive(Span<byte> buffer)
    {
        var received = _socket.TryReceive(buffer);
        if (_aborted)
            return new(0, SocketError.OperationAborted);
        if (received.Error != SocketError.Success)
            return received;
        if (received.Bytes == 0 && !buffer.IsEmpty && IsClosedByReset)
            return new(0, SocketError.ConnectionReset);
        if (Transform is null)
            CountReceived(received.Bytes);
        return received;
    }

    public IoResult TrySend(ReadOnlySpan<byte> buffer)
    {
        var sent = _socket.TrySend(buffer);
        return _aborted ? new(0, SocketError.OperationAborted) : sent;
    }

    /// <summary>Likewise until there may be room to send. <see cref="SocketError.Interrupted"/>: the relay is to be suspended.</summary>
    private ValueTask<SocketError> WaitForRoomAsync() =>
        _aborted ? new(SocketError.OperationAborted)
        : Volatile.Read(ref _relay) is { IsSuspending: true } ? new(SocketError.Interrupted)
        : _socket.WaitForRoomAsync();

    /// <summary>
    /// A send that meets an RST takes the error off the socket, and a receive after it returns zero bytes as after FIN. But FIN alone leaves a socket in
    /// CLOSE-WAIT, RST in CLOSE. Once we have sent FIN ourselves both may end in CLOSE; then no send can have taken the error, and zero bytes are FIN. In this
    /// order: the other pump says that it will send FIN, then sends it.
    /// </summary>
    private bool IsClosedByReset => _socket.Ask(Libc.IsClosed, ifClosed: false) && !_sentFin;

    private void StartWatch(Watch watch)
    {
        if (!TryMove(Watch.Off, watch))
            return;
        // Where the kernel refuses (out of memory) the timeouts still hold.
        _ = _socket.TryRegister();
        // The poller tells of changes; what is there already was perhaps told before.
        var events = (uint)_socket.Ask(static fd => Libc.PollNow(fd, PollEvents.ReadHangUp), ifClosed: PollEvents.None);
        if (events != 0)
            ThreadPool.UnsafeQueueUserWorkItem(static now => now.Connection.OnReady(now.Events), (Connection: this, Events: events), preferLocal: false);
    }

    private void Unwatch() => Volatile.Write(ref _watch, (int)Watch.Off);

    private bool TryMove(Watch from, Watch to) => Interlocked.CompareExchange(ref _watch, (int)to, (int)from) == (int)from;

    private void OnReset()
    {
        if (Volatile.Read(ref _relay) is { } relay)
            relay.OnReset(this);
        else
            Watcher?.OnPeerLeft(byReset: true);
    }

    private void OnEnd()
    {
        if (Volatile.Read(ref _relay) is null)
            Watcher?.OnPeerLeft(byReset: false);
    }
}
