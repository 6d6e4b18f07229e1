namespace Proxify.Transport;

/// <summary>
/// One established TCP connection. Owned by the worker that made it: except for <see cref="Abort"/>, members are called by one flow of control at a time,
/// the one that the worker resumes. Failures are codes, not exceptions: a peer that resets must cost nanoseconds.
/// </summary>
internal abstract class Connection
{
    /// <summary>
    /// Our end. On a steered listener this is the destination that the client asked for. <see cref="TcpEndpoint.IsUnknown"/> where the kernel could not say:
    /// then nothing may be decided by it.
    /// </summary>
    public abstract TcpEndpoint Local { get; }

    /// <summary>The peer's end, also of one that has reset already; unknown as <see cref="Local"/> is.</summary>
    public abstract TcpEndpoint Remote { get; }

    /// <summary>Bytes received from the peer so far, as its session or relay sees them. May be read from any thread while a relay runs.</summary>
    public abstract long BytesReceived { get; }

    /// <summary>When the first of them was received, by the clock's timestamps; 0: none was. Read by the connection's own flow.</summary>
    public virtual long FirstReceivedAt => 0;

    /// <summary>
    /// For how long its relay has moved no byte; null: there is none. May be read from any thread, for people: of one that ends meanwhile it may be another's.
    /// </summary>
    public virtual TimeSpan? Silence => null;

    /// <summary>Of a target, after a relay: its FIN or reset came before the client's. Where both wait for us, it is the one that is met first.</summary>
    public bool HasEndedFirst { get; protected internal set; }

    /// <summary>Whether the peer is known to have reset the connection; asked of the kernel, without receiving anything. FIN is no reset.</summary>
    public abstract bool IsReset { get; }

    /// <summary>
    /// What opens the bytes that come over the wire and seals those that go, from now on: in <see cref="ReceiveAsync"/>, <see cref="SendAsync"/>,
    /// <see cref="ShutdownSend"/> and the relay. Null (default): nothing. Set by the connection's own flow, before it has sent FIN.
    /// </summary>
    internal ConnectionTransform? Transform { get; set; }

    /// <summary>
    /// Whether some hundred microseconds may be spent right here, once: false where others wait for this thread, and one has spent them in this round.
    /// </summary>
    public virtual bool TryTakeTurn() => true;

    /// <summary>The thread that serves this connection and no other does; null (default): there is none of that kind.</summary>
    public virtual IWorker? Worker => null;

    /// <summary>
    /// Opens a channel in place of the awaiting members, until it is stopped; of those nothing is under way. Null: the transport has none, the connection is
    /// closed, or this is not its worker's thread.
    /// </summary>
    public virtual IChannel? OpenChannel(IChannelOwner owner) => null;

    /// <summary>Told when the peer leaves before the relay. Null (default): nobody.</summary>
    public IPeerWatcher? Watcher { get; set; }

    /// <summary>
    /// Begins to watch for the peer's leave on behalf of <see cref="Watcher"/>; until the relay begins, or the connection ends. For those who wait before they
    /// dial: a dial that takes longer than a moment begins it by itself. Called by the connection's own flow, which does not receive meanwhile.
    /// </summary>
    public abstract void WatchPeer();

    /// <summary>
    /// Dials <paramref name="remote"/> on behalf of this connection, on the same worker. TCP_NODELAY and keepalive are on. Ends with
    /// <see cref="System.Net.Sockets.SocketError.TimedOut"/> after <paramref name="timeout"/> and with
    /// <see cref="System.Net.Sockets.SocketError.OperationAborted"/> when this connection is aborted.
    /// </summary>
    /// <param name="remote">Where to.</param>
    /// <param name="timeout">The longest time.</param>
    /// <param name="local">Where from. Default: as the kernel chooses.</param>
    public abstract ValueTask<DialResult> DialAsync(TcpEndpoint remote, TimeSpan timeout, LocalEnd local = default);

    /// <summary>
    /// Moves bytes both ways between this connection (the client) and <paramref name="target"/> until both directions have ended, and closes both:
    /// in order for <see cref="RelayEnd.Done"/>, by reset for everything else. Half-close, resets and backpressure are as docs/architecture.md says.
    /// </summary>
    public abstract ValueTask<RelayEnd> RelayAsync(Connection target, RelayTimeouts timeouts);

    /// <summary>
    /// From any thread: the relay that runs, if any, ends with <see cref="RelayEnd.Suspended"/> as soon as the kernel has nothing of it under way. It goes on
    /// instead where it cannot be interrupted: where an end has a <see cref="Transform"/>, or a peer is lost. Default: it always goes on.
    /// </summary>
    public virtual void SuspendRelay()
    {
    }

    /// <summary>What another process needs to go on with it; null (default): it cannot be given away. While nothing is under way on it.</summary>
    internal virtual ConnectionState? TryDescribe() => null;

    /// <summary>Another process has it: closes the descriptor here, and leaves the connection as it is.</summary>
    internal virtual void Abandon() => throw new NotSupportedException();

    /// <summary>On the same worker: a connection that another process has dialled on behalf of this one there.</summary>
    internal virtual Connection Adopt(in ConnectionState state) => throw new NotSupportedException();

    /// <summary>Receives what is there, waiting for at least one byte. Zero bytes without an error is the peer's FIN.</summary>
    public abstract ValueTask<IoResult> ReceiveAsync(Memory<byte> buffer);

    /// <summary>
    /// Takes back bytes that were received and not used: they come first to whoever receives next, the relay included, as if they had just come over the wire;
    /// <see cref="Transform"/> opens them where it was set since they were received. They count in <see cref="BytesReceived"/> when they are received again.
    /// Called by the flow that receives.
    /// </summary>
    /// <param name="bytes">The connection keeps this memory.</param>
    public abstract void PutBack(ReadOnlyMemory<byte> bytes);

    /// <summary>
    /// What has been received so far was said to the proxy and is no part of what is relayed: <see cref="BytesReceived"/> begins anew. Called by the flow that
    /// receives.
    /// </summary>
    public abstract void ForgetReceived();

    /// <summary>Sends all of <paramref name="buffer"/>.</summary>
    public abstract ValueTask<IoResult> SendAsync(ReadOnlyMemory<byte> buffer);

    /// <summary>Sends FIN after what was sent; receiving goes on.</summary>
    public abstract void ShutdownSend();

    /// <summary>
    /// Closes in order (FIN). What a transform says before a FIN is not said by this: whoever ends a transformed connection in order relays it, or calls
    /// <see cref="ShutdownSend"/> and receives the peer's end before.
    /// </summary>
    public abstract void Close();

    /// <summary>Closes by reset (RST).</summary>
    public abstract void Reset();

    /// <summary>
    /// From any thread, any number of times: ends what runs on this connection and on those that it has dialled. A dial, receive or send ends with
    /// <see cref="System.Net.Sockets.SocketError.OperationAborted"/>, a relay with <see cref="RelayEnd.Aborted"/>; what starts later ends the same way at once.
    /// </summary>
    public abstract void Abort();

    /// <summary>A stream over this connection, for TLS and framed protocols. Disposing it closes the connection in order.</summary>
    public Stream AsStream() => new ConnectionStream(this);
}
