using System.Collections.Immutable;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>
/// A connection's way, top to bottom: its arrival, the gate, a place in its app, the app's protocol, the record. The one place that joins the rooms.
/// </summary>
internal sealed partial class SessionPipeline : IConnectionHandler
{
    private readonly ProxyRuntime _runtime;
    private readonly SessionRegistry _registry;
    private readonly ISessionObserver _observer;
    private readonly LoopGuard _loops;
    private readonly SessionGate _gate;
    private readonly ClientHandshake _handshake;
    private readonly BalancerHeader _balancerHeader;
    private readonly AppByName _appByName;
    private readonly AppQueue _queue;
    private readonly TcpProtocol _relay;
    private readonly IAppProtocol _framed;
    private readonly LogThrottle _acceptErrors = new();
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;

    /// <param name="runtime">Where routes, rules and limits come from.</param>
    /// <param name="registry">Knows each session while it lives.</param>
    /// <param name="ports">Whose a port is that no route has.</param>
    /// <param name="observer">Is told of every connection.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="logger">For what goes wrong.</param>
    /// <param name="framed">Serves the apps whose messages are known, by what relays and dials. Null (default): they are relayed.</param>
    /// <param name="stages">Run between dial and relay, in this order. Default: none.</param>
    public SessionPipeline(
        ProxyRuntime runtime, SessionRegistry registry, IPortOwner ports, ISessionObserver observer, TimeProvider timeProvider, ILogger logger,
        Func<TcpProtocol, TargetDialer, IAppProtocol>? framed = null, params ImmutableArray<ISessionStage> stages)
    {
        _runtime = runtime;
        _registry = registry;
        _observer = observer;
        _timeProvider = timeProvider;
        _logger = logger;
        _loops = new LoopGuard(ports, timeProvider);
        _gate = new SessionGate(ports, timeProvider);
        _handshake = new ClientHandshake(timeProvider);
        _balancerHeader = new BalancerHeader(timeProvider);
        _appByName = new AppByName(timeProvider);
        _queue = new AppQueue(timeProvider);
        var openings = new TargetOpenings(timeProvider, new TargetHeader(), new PostgresOpening(), new TargetHandshake());
        var dialer = new TargetDialer(_queue, _loops, openings, observer, timeProvider, logger);
        _relay = new TcpProtocol(dialer, stages);
        _framed = framed?.Invoke(_relay, dialer) ?? _relay;
    }

    /// <summary>The connections that are no sessions yet.</summary>
    public ArrivalRegistry Arrivals { get; } = new();

    public ValueTask HandleAsync(Connection client)
    {
        _loops.NoteAccept(client.Local);
        var startedAt = _timeProvider.GetTimestamp();
        var model = _runtime.Current;
        var port = _gate.Route(client.Local, model);
        // A change that has ended since the model was read is settled, and has put another one in force.
        return port is null && (!_runtime.Settled.IsCompleted || _runtime.Current != model)
            ? HandleSettledAsync(client, startedAt)
            : HandleAsync(client, model, port, startedAt);
    }

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff)
    {
        if (backoff is null)
            SessionsLog.AcceptStopped(_logger, listener.Endpoint, SocketErrors.Describe(error));
        else if (_acceptErrors.TryPass(_timeProvider, TimeSpan.FromSeconds(10), out var suppressed))
            SessionsLog.AcceptPaused(_logger, listener.Endpoint, SocketErrors.Describe(error), suppressed);
    }

    public void OnHandlerError(Connection client, Exception exception) => SessionsLog.SessionFailed(_logger, client.Local, exception);

    /// <summary>A port may be open before the model that has its route is in force.</summary>
    private async ValueTask HandleSettledAsync(Connection client, long startedAt)
    {
        await _runtime.Settled;
        var model = _runtime.Current;
        await HandleAsync(client, model, _gate.Route(client.Local, model), startedAt);
    }

    private ValueTask HandleAsync(Connection client, ProxyModel model, PortModel? port, long startedAt)
    {
        var readsFirst = port?.ReadsFirst(client.Remote) == true;
        var verdict = port is null ? new(null, TerminationReason.NoRoute)
            : readsFirst ? SessionGate.TryArrive(client, model, port)
            : _gate.Judge(client, model, port.App);
        if (port is null || !verdict.IsAdmitted)
        {
            Refuse(client, client.Remote, verdict);
            return default;
        }

        return readsFirst ? ArriveAsync(new Arrival(client, model, port, startedAt)) : ServeAsync(Begin(new Session(client, model, verdict.App, startedAt)));
    }

    private void Refuse(Connection client, TcpEndpoint source, in GateVerdict verdict)
    {
        client.Reset();
        _observer.Refused(client, source, verdict);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ArriveAsync(Arrival arrival)
    {
        Arrivals.Add(arrival);
        var verdict = new GateVerdict(arrival.Port.App, TerminationReason.InternalError);
        try
        {
            verdict = await ReadAsync(arrival);
        }
        finally
        {
            if (!verdict.IsAdmitted)
                EndArrival(arrival, verdict);
        }

        if (verdict.IsAdmitted)
            await ServeAsync(BeginArrived(arrival, verdict.App));
    }

    /// <summary>Finds out who the client is, and which app it is for.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<GateVerdict> ReadAsync(Arrival arrival)
    {
        if (arrival.IsFromBalancer && await _balancerHeader.ReadAsync(arrival) is { } unknown)
            return unknown;
        if (arrival.Port.Names is not { } names)
            return _gate.Judge(arrival, arrival.Port.App);
        var verdict = _gate.JudgeByFile(arrival);
        if (verdict.IsAdmitted)
            verdict = await _appByName.FindAsync(arrival, names);
        return verdict.IsAdmitted ? _gate.Judge(arrival, verdict.App) : verdict;
    }

    private void EndArrival(Arrival arrival, in GateVerdict verdict)
    {
        SessionGate.Leave(arrival);
        try
        {
            Refuse(arrival.Client, arrival.Source, verdict);
        }
        finally
        {
            Arrivals.Remove(arrival); // last, as in End
        }
    }

    private Session BeginArrived(Arrival arrival, AppModel app)
    {
        var session = Begin(new Session(arrival.Client, arrival.Model, app, arrival.StartedAt, arrival));
        arrival.Become(session);
        Arrivals.Remove(arrival); // not before the session is known: a shutdown waits for both
        return session;
    }

    private Session Begin(Session session)
    {
        session.Client.Watcher = session;
        _registry.Add(session);
        _observer.Began(session);
        return session;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ServeAsync(Session session)
    {
        var reason = TerminationReason.InternalError;
        try
        {
            if (await EnterAsync(session) is { } refused)
                reason = refused;
            else if (session.Client.IsReset)
                reason = TerminationReason.ClientReset; // while it waited, here or to be accepted; no target need hear of it
            else
                reason = await (session.App.Framing is null ? _relay : _framed).ServeAsync(session);
        }
        finally
        {
            End(session, reason);
        }
    }

    private ValueTask<TerminationReason?> EnterAsync(Session session) =>
        session.App.Tls is { } tls ? AgreeAndEnterAsync(session, tls) : new(_queue.EnterAsync(session));

    /// <summary>TLS comes before a place: who has not agreed to it takes none from anybody.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason?> AgreeAndEnterAsync(Session session, ServerTls tls) =>
        await _handshake.RunAsync(session, tls) ?? await _queue.EnterAsync(session);

    private void End(Session session, TerminationReason reason)
    {
        session.IsOver = true;
        session.Client.Reset(); // of no effect where the relay has closed it
        session.Client.Transform?.Dispose();
        session.Target?.Transform?.Dispose();
        if (!session.IsHandedOver)
            _observer.Ending(session, reason);
        session.LeaveTarget();
        AppQueue.Leave(session);
        SessionGate.Leave(session);
        try
        {
            if (!session.IsHandedOver)
                _observer.Ended(session, reason);
        }
        finally
        {
            // Last: a shutdown waits for this, and then the process may end.
            _registry.Remove(session);
        }
    }
}
