using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Uring;

/// <summary>
/// A connection as its session sees it. Small and never reused, unlike the <see cref="UringSocket"/> behind it: whoever still holds it when it is closed (a
/// drain that aborts it, a log line that wants its addresses) meets this connection and no other.
/// </summary>
internal sealed class UringConnection : WireConnection
{
    private readonly UringWorker _worker;
    private readonly UringSession _session;
    private Completion<IoResult>? _receiving;
    private Completion<IoResult>? _sending;
    private Completion<DialResult>? _dialling;
    private Completion<RelayEnd>? _relaying;
    private UringDial? _dial;
    private object? _user; // one of the two, and not both fields: there are many idle sessions
    private TcpEndpoint _local;
    private volatile bool _isAborted;
    private readonly bool _onlyDials;

    public UringConnection(UringWorker worker, UringSession session, int fd, TcpEndpoint remote)
    {
        _worker = worker;
        _session = session;
        Remote = remote;
        Socket = worker.Sockets.TryPop(out var socket) ? socket : new UringSocket(worker);
        Socket.Open(fd, this);
    }

    /// <summary>One that only dials.</summary>
    public UringConnection(UringWorker worker, UringSession session)
    {
        _worker = worker;
        _session = session;
        _onlyDials = true;
    }

    private UringRelay? Relay => Volatile.Read(ref _user) as UringRelay;

    private UringChannel? Channel => _user as UringChannel;

    /// <summary>Null once the connection is closed, and of one that only dials.</summary>
    public UringSocket? Socket { get; private set; }

    public override bool IsAborted => _isAborted;

    protected override TimeProvider TimeProvider => _worker.TimeProvider;

    // Who has said something that was put back waits for an answer.
    public bool CountsEnd => !HasUnread && Watcher is { CountsEnd: true };

    public override TcpEndpoint Local
    {
        get
        {
            if (_local == default && Socket is not null && Libc.LocalAddress(Socket.Fd, out var address) == 0)
                _local = address.ToEndpoint();
            return _local;
        }
    }

    public override TcpEndpoint Remote { get; }

    // A socket that a reset has closed has no peer any more: ENOTCONN, getpeername(2).
    public override bool IsReset => Socket is null ? !_onlyDials : Libc.RemoteAddress(Socket.Fd, out _) < 0;

    public override IWorker Worker => _worker;

    private bool IsUsable => Socket is not null && !_isAborted;

    public override bool TryTakeTurn() => !_worker.IsCurrent || _worker.TryTakeTurn();

    public override void WatchPeer()
    {
        if (!_worker.IsCurrent)
            _worker.Mailbox.Post(static c => ((UringConnection)c!).WatchPeer(), this);
        else if (IsUsable && Relay is null && Watcher is not null)
            Socket!.Watch();
    }

    public override ValueTask<DialResult> DialAsync(TcpEndpoint remote, TimeSpan timeout, LocalEnd local = default)
    {
        if (!_worker.IsCurrent)
            return DialOnWorkerAsync(remote, timeout, local);
        if (!IsUsable && (!_onlyDials || _isAborted))
            return new(new DialResult(null, SocketError.OperationAborted));
        var dial = _worker.Dials.TryPop(out var pooled) ? pooled : new UringDial(_worker);
        var error = dial.Open(this, remote, local);
        if (error != SocketError.Success)
        {
            _worker.Dials.Push(dial);
            return new(new DialResult(null, error));
        }

        _dial = dial;
        var result = (_dialling ??= new(_worker)).Begin();
        dial.Start(timeout);
        return result;
    }

    public override TimeSpan? Silence => Relay?.Silence ?? SilenceBefore;

    public override ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts)
    {
        if (!_worker.IsCurrent)
            return RelayOnWorkerAsync(target, timeouts);
        var peer = (UringConnection)target;
        if (!IsUsable || !peer.IsUsable)
        {
            Reset();
            peer.Reset();
            return new(RelayEnd.Aborted);
        }

        Socket!.Unwatch();
        var result = (_relaying ??= new(_worker)).Begin();
        var relay = _worker.Relays.TryPop(out var pooled) ? pooled : new UringRelay(_worker);
        _user = peer._user = relay;
        relay.Start(this, peer, timeouts);
        return result;
    }

    public override void SuspendRelay() => _worker.Mailbox.Post(static c => ((UringConnection)c!).Relay?.Suspend(), this);

    public override IChannel? OpenChannel(IChannelOwner owner)
    {
        if (!_worker.IsCurrent || !IsUsable)
            return null;
        Socket!.Unwatch();
        var channel = _worker.Channels.TryPop(out var pooled) ? pooled : new UringChannel(_worker);
        _user = channel;
        channel.Start(this, Socket.Fd, owner);
        return channel;
    }

    internal override void Abandon()
    {
        Socket?.Abandon();
        Socket = null;
    }

    internal override Connection Adopt(in ConnectionState state)
    {
        var target = new UringConnection(_worker, _session, state.Descriptor, state.Remote);
        target.Restore(state);
        Adopt(target);
        return target;
    }

    protected override int? TryGetDescriptor() => _worker.IsCurrent && IsUsable && Relay is null && Channel is null ? Socket!.Fd : null;

    protected override ValueTask<IoResult> ReceiveWireAsync(Memory<byte> buffer)
    {
        if (!_worker.IsCurrent)
            return ReceiveOnWorkerAsync(buffer);
        if (!IsUsable)
            return new(new IoResult(0, SocketError.OperationAborted));
        var result = (_receiving ??= new(_worker)).Begin();
        Socket!.Receive(buffer);
        return result;
    }

    public override ValueTask<IoResult> SendWireAsync(ReadOnlyMemory<byte> buffer)
    {
        if (!_worker.IsCurrent)
            return SendOnWorkerAsync(buffer);
        if (!IsUsable)
            return new(new IoResult(0, SocketError.OperationAborted));
        if (buffer.IsEmpty)
            return new(new IoResult(0));
        var result = (_sending ??= new(_worker)).Begin();
        Socket!.Send(buffer);
        return result;
    }

    public override void ShutdownWire()
    {
        if (!_worker.IsCurrent)
            _worker.Mailbox.Post(static c => ((UringConnection)c!).ShutdownWire(), this);
        else if (Socket is not null)
            _ = Libc.ShutdownSend(Socket.Fd); // fails only when the peer has reset: whoever receives next will see that
    }

    public override void Close()
    {
        if (_worker.IsCurrent)
            Close(reset: _isAborted);
        else
            _worker.Mailbox.Post(static c => ((UringConnection)c!).Close(), this);
    }

    public override void Reset()
    {
        if (_worker.IsCurrent)
            Close(reset: true);
        else
            _worker.Mailbox.Post(static c => ((UringConnection)c!).Reset(), this);
    }

    public override void Abort()
    {
        if (_isAborted)
            return;
        _isAborted = true;
        _worker.Mailbox.Post(static c => ((UringConnection)c!).OnAborted(), this);
    }

    public void OnReceived(IoResult result) => _receiving!.Complete(_isAborted ? new(0, SocketError.OperationAborted) : result);

    public void OnSent(IoResult result) => _sending!.Complete(_isAborted ? new(result.Bytes, SocketError.OperationAborted) : result);

    public void OnDialled(int fd, TcpEndpoint remote)
    {
        _dial = null;
        var target = new UringConnection(_worker, _session, fd, remote);
        Adopt(target);
        if (_isAborted)
            target.Abort(); // OnAborted() may have been here before it was
        _dialling!.Complete(new(target, SocketError.Success));
    }

    public void OnDialFailed(SocketError error)
    {
        _dial = null;
        _dialling!.Complete(new(null, error));
    }

    /// <summary>No answer will come any more: whoever waits for it must not wait for ever.</summary>
    public void OnDialDefect()
    {
        _dial = null;
        if (_dialling is { IsPending: true })
            _dialling.Complete(new(null, SocketError.OperationAborted));
    }

    public void OnPeerLeft(bool byReset)
    {
        if (Relay is null)
            Watcher?.OnPeerLeft(byReset);
    }

    public void OnRelayEnded(RelayEnd end)
    {
        _user = null;
        if (end != RelayEnd.Suspended)
            Close(reset: end != RelayEnd.Done);
        if (_relaying is { IsPending: true })
            _relaying.Complete(end);
    }

    public void OnChannelStopped() => _user = null;

    public void ReportDefect(Exception exception) => _session.Report(exception);

    private void OnAborted()
    {
        Relay?.Abort();
        _dial?.Cancel(SocketError.OperationAborted);
        Socket?.Disconnect();
        Channel?.Abort();
        AbortDialled();
    }

    private void Close(bool reset)
    {
        if (Socket is not { } socket)
            return;
        if (Relay is { } relay)
        {
            relay.Abort(); // comes back here
            return;
        }

        _dial?.Cancel(SocketError.OperationAborted);
        if (!reset && Channel is not null)
            _ = Libc.Shutdown(socket.Fd); // wakes its receive
        Channel?.Stop();
        Socket = null;
        if (!reset && Transform is not null)
            Libc.DropUnread(socket.Fd); // what came behind its end
        socket.Close(reset);
    }

    private async ValueTask<DialResult> DialOnWorkerAsync(TcpEndpoint remote, TimeSpan timeout, LocalEnd local)
    {
        await new WorkerSwitch(_worker);
        return await DialAsync(remote, timeout, local);
    }

    private async ValueTask<RelayEnd> RelayOnWorkerAsync(Connection target, RelayTimeouts timeouts)
    {
        await new WorkerSwitch(_worker);
        return await RelayAsync(target, timeouts);
    }

    private async ValueTask<IoResult> ReceiveOnWorkerAsync(Memory<byte> buffer)
    {
        await new WorkerSwitch(_worker);
        return await ReceiveWireAsync(buffer);
    }

    private async ValueTask<IoResult> SendOnWorkerAsync(ReadOnlyMemory<byte> buffer)
    {
        await new WorkerSwitch(_worker);
        return await SendWireAsync(buffer);
    }
}
