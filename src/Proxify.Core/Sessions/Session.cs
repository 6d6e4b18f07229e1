using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>One client connection and, once dialled, its target connection.</summary>
internal class Session(Connection client, ProxyModel model, AppModel app, long startedAt, Arrival? arrival = null) : Registered<Session>, IPeerWatcher
{
    private const int NotAborted = -1;

    /// <summary>Takes half the memory of a nullable, in every session.</summary>
    private static readonly TimeSpan NotConnected = TimeSpan.MinValue;

    private long _countedFromClient;
    private long _countedFromTarget;
    private SessionExtras? _extras = arrival is null ? null : new SessionExtras { Arrival = arrival };
    private int _abortReason = NotAborted;
    private TimeSpan _connectTime = NotConnected;
    private bool _hasTargetPlace = true;
    private volatile bool _isFinishing;

    public Connection Client { get; } = client;

    /// <summary>What was found out before it was a session; null: nothing had to be.</summary>
    public Arrival? Arrival => _extras?.Arrival;

    private SessionExtras Extras => _extras ??= new SessionExtras();

    /// <summary>
    /// Who the client is: everything that is decided or told about clients goes by it. <see cref="Connection.Remote"/> of <see cref="Client"/> may be a
    /// balancer's.
    /// </summary>
    public TcpEndpoint Source => Arrival?.Source ?? _extras?.Adopted?.Source ?? Client.Remote;

    /// <summary>What the client has connected to: our own end, or that of the balancer before us.</summary>
    public TcpEndpoint Destination => Arrival?.Destination ?? _extras?.Adopted?.Destination ?? Client.Local;

    public override TimeSpan Drain => App.Timeouts.Drain;

    /// <summary>The model that it was admitted by.</summary>
    public ProxyModel Model { get; } = model;

    public AppModel App { get; } = app;

    /// <summary><see cref="TimeProvider.GetTimestamp"/> at accept.</summary>
    public long StartedAt { get; } = startedAt;

    public Connection? Target { get; set; }

    /// <summary>The host that the client has asked for in its ClientHello, as far as that was read; null: none.</summary>
    public string? ServerName => Arrival?.ServerName ?? _extras?.Adopted?.ServerName ?? ClientTls?.ServerName;

    /// <summary>What another process, which has had it until now, has found out about it; null: there was none.</summary>
    public AdoptedIdentity? Adopted
    {
        set => Extras.Adopted = value;
    }

    /// <summary>Its bytes of before are counted by who has had it.</summary>
    public void SkipCounted()
    {
        _countedFromClient = FromClient;
        _countedFromTarget = Target?.BytesReceived ?? 0;
    }

    /// <summary>What TLS with the client has come to; null: it speaks none with us.</summary>
    public TlsInfo? ClientTls
    {
        get => _extras?.ClientTls;
        set => Extras.ClientTls = value;
    }

    /// <summary>Bytes that the client has sent for its target: its handshake is no part of them, whatever that comes to.</summary>
    public virtual long FromClient => App.Tls is not null && ClientTls is null ? 0 : Client.BytesReceived;

    /// <summary>Bytes that the target has sent for the client.</summary>
    public long FromTarget => (Target?.BytesReceived ?? 0) + (Exchange?.FromTarget ?? 0);

    /// <summary>What it has said over connections that are not its own; null: nothing.</summary>
    public Exchange? Exchange => _extras?.Exchange;

    /// <summary>How many sessions' requests it carries; null: it is a client's own.</summary>
    public virtual int? SharedBy => null;

    /// <summary>What its target knows it by, where it was told; null: it was not.</summary>
    public string? UniqueId
    {
        get => _extras?.UniqueId;
        set => Extras.UniqueId = value;
    }

    /// <summary>More about its end than its reason says, in a few words; null as a rule.</summary>
    public string? Detail
    {
        get => _extras?.Detail;
        set
        {
            if (value is not null || _extras is not null)
                Extras.Detail = value;
        }
    }


    /// <summary>The endpoint whose session this is, from before its dial on; its load counts it until <see cref="LeaveTarget"/>.</summary>
    public TargetState? TargetState { get; private set; }

    /// <summary>From the first dial to the connection; null while there is none.</summary>
    public TimeSpan? ConnectTime
    {
        get => _connectTime == NotConnected ? null : _connectTime;
        set => _connectTime = value ?? NotConnected;
    }

    /// <summary>When <see cref="Target"/> was connected.</summary>
    public long ConnectedAt { get; set; }

    /// <summary>
    /// From the client's first byte, or from the connection where the target has not been asked before, to the target's first byte; null: there was none. By
    /// the session's own flow.
    /// </summary>
    /// <param name="timeProvider">The transport's clock.</param>
    public TimeSpan? FirstByteTime(TimeProvider timeProvider)
    {
        var answered = Target?.FirstReceivedAt ?? 0;
        if (answered == 0)
            return null;
        var asked = Client.FirstReceivedAt;
        var since = asked < answered ? Math.Max(asked, ConnectedAt) : ConnectedAt;
        return timeProvider.GetElapsedTime(since, Math.Max(since, answered));
    }

    /// <summary>Dials made.</summary>
    public int Tries { get; set; }

    /// <summary>
    /// What an aborted session is logged as: the reason of the first <see cref="Abort"/>. One that ended as if aborted, and was not, has met a defect.
    /// </summary>
    public TerminationReason AbortReason =>
        Volatile.Read(ref _abortReason) is >= 0 and var reason ? (TerminationReason)reason : TerminationReason.InternalError;

    /// <summary>Whether <see cref="Abort"/> has been called.</summary>
    public bool IsAborted => Volatile.Read(ref _abortReason) != NotAborted;

    /// <summary>
    /// As <see cref="CountBytes"/>, by whoever reads the counters: not before it has its target, to which they belong.
    /// </summary>
    public void CountLiveBytes()
    {
        if (Target is not null)
            CountBytes();
    }

    /// <summary>
    /// Brings the byte counters of the app and the target up to date with this session. By the session when it ends and by whoever reads the counters before
    /// that, at the same time even: each byte is counted once, and no counter ever goes back.
    /// </summary>
    public void CountBytes()
    {
        var target = Target is null ? null : TargetState;
        var sent = Uncounted(ref _countedFromClient, this, static session => session.FromClient - (session.Exchange?.FromClient ?? 0));
        var received = Uncounted(ref _countedFromTarget, this, static session => session.Target?.BytesReceived ?? 0);
        App.State.BytesFromClients.Add(sent);
        App.State.BytesFromTargets.Add(received);
        target?.Counters.NoteBytes(received, sent);

        static long Uncounted(ref long counted, Session session, Func<Session, long> received)
        {
            while (true)
            {
                var before = Volatile.Read(ref counted);
                var now = received(session);
                if (now <= before)
                    return 0;
                if (Interlocked.CompareExchange(ref counted, now, before) == before)
                    return now - before;
            }
        }
    }

    /// <summary>It decides whether a target that was ejected for its silence is back.</summary>
    public bool IsTrial { get; set; }

    /// <summary>The sweep's own: when it first saw the client's bytes without an answer, 0 before, and what it has seen of the answer.</summary>
    internal long UnansweredSince { get; set; }

    internal long SeenFromTarget { get; set; }

    /// <summary>It has ended; what is left is to tell of it.</summary>
    public bool IsOver { get; set; }

    /// <summary>Another process has it: here it ends without a word.</summary>
    public bool IsHandedOver
    {
        get => _extras is { IsHandedOver: true };
        set => Extras.IsHandedOver = value;
    }

    /// <summary>Counts among its app's sessions; <see cref="AppQueue.Leave"/> gives the place back.</summary>
    public bool HasPlace { get; set; }

    /// <summary>The time that it has spent in its app's line.</summary>
    public TimeSpan Waited { get; set; }

    /// <summary>The limit that refused it after it was admitted; none as a rule.</summary>
    public LimitKind RefusedBy { get; set; }

    /// <summary>
    /// The index of <see cref="TargetState"/> in the group from which it was picked, or <see cref="Balancer.None"/>. The group itself is not kept: a session
    /// lives long, and the group may have been replaced since.
    /// </summary>
    public int Picked { get; private set; } = Balancer.None;

    /// <summary>An endpoint was picked for it and a place there taken, which <see cref="LeaveTarget"/> gives back: by itself or by who let it in.</summary>
    /// <param name="group">The app's endpoints.</param>
    /// <param name="picked">One of them, or <see cref="Balancer.None"/>.</param>
    public void SetPicked(TargetGroup group, int picked)
    {
        Picked = picked;
        if (picked != Balancer.None)
            TargetState = group.Endpoints[picked].State;
    }

    /// <summary>It serves this endpoint, at which others have a place: it takes none.</summary>
    public void ServeAt(TargetState target)
    {
        TargetState = target;
        _hasTargetPlace = false;
    }

    public void LeaveTarget()
    {
        if (_hasTargetPlace)
            TargetState?.Load.Leave();
        TargetState = null;
    }

    /// <summary>What it says from now on goes over connections that are not its own.</summary>
    public Exchange BeginExchange() => Extras.Exchange = new Exchange();

    /// <summary>From now on it has one of its own.</summary>
    public void EndExchange()
    {
        Exchange!.FromClient = Client.BytesReceived;
        Exchange.Finish = null;
    }

    /// <summary>It is to end as soon as nothing of it is under way.</summary>
    public bool IsFinishing => _isFinishing;

    /// <summary>From any thread: a session whose requests are known ends when they are answered. Others go on.</summary>
    public void Finish()
    {
        _isFinishing = true;
        Interlocked.MemoryBarrier(); // whoever can end it says so, then looks here; here it is the other way round
        Exchange?.Finish?.Invoke();
    }

    /// <summary>From any thread: resets both sides, whatever the session is doing.</summary>
    public override void Abort(TerminationReason reason)
    {
        if (Interlocked.CompareExchange(ref _abortReason, (int)reason, NotAborted) != NotAborted)
            return;
        // AbortToken() sets the source, then looks at the reason; here it is the other way round.
        _extras?.Aborting?.Cancel();
        Client.Abort();
    }

    bool IPeerWatcher.CountsEnd => App.AbortOnClose;

    void IPeerWatcher.OnPeerLeft(bool byReset) => Abort(byReset ? TerminationReason.ClientReset : TerminationReason.ClientClosed);

    /// <summary>
    /// For a wait that is not one on the client's connection: is cancelled by <see cref="Abort"/>. Called by the session itself; few ever do.
    /// </summary>
    public CancellationToken AbortToken()
    {
        var aborting = Extras.Aborting ??= new CancellationTokenSource();
        Interlocked.MemoryBarrier();
        return Volatile.Read(ref _abortReason) != NotAborted ? new CancellationToken(canceled: true) : aborting.Token;
    }
}
