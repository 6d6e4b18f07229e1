using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>One client connection and, once dialled, its target connection.</summary>
internal sealed class Session(Connection client, ProxyModel model, AppModel app, long startedAt, Arrival? arrival = null) : Registered<Session>, IPeerWatcher
{
    private const int NotAborted = -1;

    /// <summary>Takes half the memory of a nullable, in every session.</summary>
    private static readonly TimeSpan NotConnected = TimeSpan.MinValue;

    private long _countedFromClient;
    private long _countedFromTarget;
    private SessionExtras? _extras = arrival is null ? null : new SessionExtras { Arrival = arrival };
    private int _abortReason = NotAborted;
    private TimeSpan _connectTime = NotConnected;

    public Connection Client { get; } = client;

    /// <summary>What was found out before it was a session; null: nothing had to be.</summary>
    public Arrival? Arrival => _extras?.Arrival;

    private SessionExtras Extras => _extras ??= new SessionExtras();

    /// <summary>
    /// Who the client is: everything that is decided or told about clients goes by it. <see cref="Connection.Remote"/> of <see cref="Client"/> may be a
    /// balancer's.
    /// </summary>
    public TcpEndpoint Source => Arrival is { } arrival ? arrival.Source : Client.Remote;

    /// <summary>What the client has connected to: our own end, or that of the balancer before us.</summary>
    public TcpEndpoint Destination => Arrival is { } arrival ? arrival.Destination : Client.Local;

    public override TimeSpan Drain => App.Timeouts.Drain;

    /// <summary>The model that it was admitted by.</summary>
    public ProxyModel Model { get; } = model;

    public AppModel App { get; } = app;

    /// <summary><see cref="TimeProvider.GetTimestamp"/> at accept.</summary>
    public long StartedAt { get; } = startedAt;

    public Connection? Target { get; set; }

    /// <summary>The host that the client has asked for in its ClientHello, as far as that was read; null: none.</summary>
    public string? ServerName => Arrival?.ServerName ?? ClientTls?.ServerName;

    /// <summary>What TLS with the client has come to; null: it speaks none with us.</summary>
    public TlsInfo? ClientTls
    {
        get => _extras?.ClientTls;
        set => Extras.ClientTls = value;
    }

    /// <summary>Bytes that the client has sent for its target: its handshake is no part of them, whatever that comes to.</summary>
    public long FromClient => App.Tls is not null && ClientTls is null ? 0 : Client.BytesReceived;

    /// <summary>Bytes that the target has sent for the client.</summary>
    public long FromTarget => Target?.BytesReceived ?? 0;

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
    /// Brings the app's byte counters up to date with this session. By the session when it ends and by whoever reads the counters before that, at the same time
    /// even: each byte is counted once, and no counter ever goes back.
    /// </summary>
    public void CountBytes()
    {
        App.State.BytesFromClients.Add(Uncounted(ref _countedFromClient, this, static session => session.FromClient));
        App.State.BytesFromTargets.Add(Uncounted(ref _countedFromTarget, this, static session => session.FromTarget));

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

    public void LeaveTarget()
    {
        TargetState?.Load.Leave();
        TargetState = null;
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
