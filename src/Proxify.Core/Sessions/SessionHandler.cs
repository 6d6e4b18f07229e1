using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>The life of one connection, top to bottom. The one place that joins transport, routing and balancing.</summary>
internal sealed class SessionHandler(
    ProxyRuntime runtime, IPortOwner ports, LoopGuard loops, SessionRegistry registry, AccessLog accessLog, TimeProvider timeProvider, ILogger logger)
    : IConnectionHandler
{
    private static readonly TimeSpan OneLinePer = TimeSpan.FromSeconds(1);

    private readonly SessionAdmission _admission = new(ports, timeProvider);
    private readonly LogThrottle _acceptErrors = new();
    private readonly LogThrottle _noRoute = new();

    /// <summary>Disposed of by whoever owns this, when no connection comes any more.</summary>
    public Refusals Refusals { get; } = new(timeProvider, logger);

    /// <summary>Connections whose port belongs to no app.</summary>
    public StripedCounter NoRouteCount { get; } = new();

    /// <summary>Told of each session that reached a target: the app's name and the time that took.</summary>
    public Action<string, TimeSpan>? Connected { get; set; }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask HandleAsync(Connection client)
    {
        loops.NoteAccept(client.Local);
        var model = runtime.Current;
        var startedAt = timeProvider.GetTimestamp();
        var app = Route(model, client.Local);
        if (app is null && !runtime.Settled.IsCompleted)
        {
            await runtime.Settled;
            model = runtime.Current;
            app = Route(model, client.Local);
        }

        if (app is null)
        {
            client.Reset();
            NoRouteCount.Add(1);
            if (_noRoute.TryPass(timeProvider, OneLinePer, out var suppressed))
                SessionsLog.NoRoute(logger, client.Local, client.Remote, suppressed);
            return;
        }

        if (WhoDenies(model, app, client.Remote) is { } rule)
        {
            // No record: whoever may not connect shall not fill the log either.
            client.Reset();
            app.State.Ended(TerminationReason.Denied).Add(1);
            Refusals.Note(app.Name, rule, client.Remote);
            return;
        }

        if (_admission.TryAdmit(client, model, app) is var refusing and not LimitKind.None)
        {
            client.Reset();
            Refused(app, refusing, client.Remote);
            app.State.Ended(TerminationReason.Limit).Add(1);
            return;
        }

        var session = new Session(client, app, startedAt);
        client.Watcher = session;
        var reason = TerminationReason.InternalError;
        registry.Add(session);
        app.State.SessionsActive.Add(1);
        try
        {
            reason = await ServeAsync(session, model);
        }
        finally
        {
            client.Reset(); // of no effect where the relay has closed it
            SilenceSweep.NoteEnd(session, reason, timeProvider);
            EarlyCloses.NoteEnd(session, timeProvider);
            session.LeaveTarget();
            SessionAdmission.Leave(session, model);
            app.State.SessionsActive.Add(-1);
            try
            {
                Record(session, reason);
            }
            finally
            {
                // Last: a shutdown waits for this, and then the process may end.
                registry.Remove(session);
            }
        }
    }

    public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff)
    {
        if (backoff is null)
            SessionsLog.AcceptStopped(logger, listener.Endpoint, SocketErrors.Describe(error));
        else if (_acceptErrors.TryPass(timeProvider, TimeSpan.FromSeconds(10), out var suppressed))
            SessionsLog.AcceptPaused(logger, listener.Endpoint, SocketErrors.Describe(error), suppressed);
    }

    public void OnHandlerError(Connection client, Exception exception) => SessionsLog.SessionFailed(logger, client.Local, exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason> ServeAsync(Session session, ProxyModel model)
    {
        var client = session.Client;
        var failure = await DialAsync(session, model);
        if (session.Target is not { } target)
            return failure;

        try
        {
            var end = await client.RelayAsync(target, session.App.Timeouts.Relay);
            return end == RelayEnd.Aborted ? session.AbortReason : Reason(end);
        }
        finally
        {
            target.Reset(); // of no effect where the relay has closed it
        }
    }

    /// <summary>Null: nobody. Who it is decides over rules, rates and limits: nobody passes them unknown.</summary>
    private static string? WhoDenies(ProxyModel model, AppModel app, TcpEndpoint client)
    {
        if (client.IsUnknown)
            return "an unknown address";
        if (!model.Sources.Allows(client.Address))
            return "Sources of the file";
        return app.Sources.Allows(client.Address) ? null : "Sources of the app";
    }

    private AppModel? Route(ProxyModel model, TcpEndpoint local) => local.IsUnknown
        ? null
        : model.Routes.Find(local) ?? (ports.BelongsToDefaultApp(local.Port) ? model.DefaultApp : null);

    /// <summary>Tries each endpoint at most once; no client byte is read before one is connected, so a retry loses nothing.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TerminationReason> DialAsync(Session session, ProxyModel model)
    {
        var (outcome, group, picked) = await _admission.EnterAsync(session);
        if (outcome != WaitOutcome.Entered)
            return NotEntered(session, outcome);
        if (session.Client.IsReset)
            return TerminationReason.ClientReset; // while it waited, here or to be accepted; no target need hear of it

        var app = session.App;
        var timeout = app.Timeouts.Connect;
        var firstDialAt = timeProvider.GetTimestamp();
        var waitLeft = timeout;
        var looped = false;
        SocketError? lastError = null;
        var tried = default(TargetSet);
        var isLastResort = false;
        if (picked == Balancer.None)
            picked = SessionAdmission.PickAndEnter(session, group, tried, out isLastResort);
        while (true)
        {
            for (; picked != Balancer.None; picked = SessionAdmission.PickAndEnter(session, group, tried, out isLastResort))
            {
                var target = group.Endpoints[picked].State;
                if (target.For(session.Client.Local.Port) is not { } endpoint)
                {
                    tried.Add(picked);
                    lastError = SocketError.AddressNotAvailable;
                    session.LeaveTarget();
                    continue;
                }

                if (loops.LeadsBack(endpoint, model.Routes))
                {
                    tried.Add(picked);
                    looped = true;
                    session.LeaveTarget();
                    continue;
                }

                if (!target.Health.TryBeginDial(isLastResort, out var isTrial))
                {
                    session.LeaveTarget();
                    continue; // It is not available any more, so it is not picked again.
                }

                tried.Add(picked);
                loops.NoteDial(endpoint);
                session.Tries++;
                var dial = await session.Client.DialAsync(endpoint, timeout);
                if (dial.Connection is { } met && met.Local == met.Remote)
                {
                    // TCP's simultaneous open (RFC 9293, 3.5): the target is down, and of all local ports the kernel gave us its own. An echo of the client,
                    // and the target could not come back as long as we hold its port.
                    met.Reset();
                    dial = new DialResult(null, SocketError.ConnectionRefused);
                }

                target.Health.EndDial(DialErrors.Of(dial.Error, target.HasClientsPort), isTrial);
                if (dial.Error == SocketError.OperationAborted)
                    return session.AbortReason;
                if (dial.Connection is not null)
                {
                    session.Target = dial.Connection;
                    session.IsTrial = isTrial;
                    session.ConnectedAt = timeProvider.GetTimestamp();
                    session.ConnectTime = timeProvider.GetElapsedTime(firstDialAt);
                    Connected?.Invoke(app.Name, session.ConnectTime.Value);
                    return TerminationReason.Done;
                }

                lastError = dial.Error;
                session.LeaveTarget();
            }

            if (SessionAdmission.IsAnyFull(group, tried))
            {
                var entry = await _admission.WaitForTargetAsync(session, group, tried);
                if (entry.Outcome != WaitOutcome.Entered)
                    return NotEntered(session, entry.Outcome);
                (picked, isLastResort) = (entry.Picked, false);
                if (picked == Balancer.None)
                    picked = SessionAdmission.PickAndEnter(session, group, tried, out isLastResort);
                if (picked != Balancer.None)
                    continue;
            }

            // Only where nothing else is left does a client wait for names' very first answers, and for all of them together no longer than for one dial.
            if (group.Unanswered.IsEmpty || waitLeft <= TimeSpan.Zero)
                break;
            var waitsSince = timeProvider.GetTimestamp();
            session.Client.WatchPeer();
            var aborted = session.Waiting();
            await group.NextAnswer.WaitAsync(waitLeft, timeProvider, aborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            if (aborted.IsCancellationRequested)
                return session.AbortReason;
            waitLeft -= timeProvider.GetElapsedTime(waitsSince);
            var next = app.State.Group;
            if (next == group)
                break; // The time is over; or a reload has taken the app away, and no answer brings it anything any more.
            tried = next.Find(group, tried);
            group = next;
            picked = SessionAdmission.PickAndEnter(session, group, tried, out isLastResort);
        }

        if (looped)
            return Loop(session);
        if (app.State.ConnectFailures.TryPass(timeProvider, OneLinePer, out var suppressed))
            SessionsLog.ConnectFailed(logger, app.Name, session.Tries, lastError is { } error ? SocketErrors.Describe(error) : "no target name resolves",
                suppressed);
        return TerminationReason.ConnectFailed;
    }

    private TerminationReason NotEntered(Session session, WaitOutcome outcome)
    {
        if (outcome == WaitOutcome.Aborted)
            return session.AbortReason;
        session.Refused = outcome == WaitOutcome.LineFull ? LimitKind.Queue : LimitKind.QueueTimeout;
        Refused(session.App, session.Refused, session.Client.Remote);
        return TerminationReason.Limit;
    }

    private void Refused(AppModel app, LimitKind limit, TcpEndpoint client)
    {
        app.State.Refused(limit).Add(1);
        // That there is too little of something is worth a warning. That a source asks for too much is not.
        if (limit is not (LimitKind.Sessions or LimitKind.Queue or LimitKind.QueueTimeout))
            Refusals.Note(app.Name, limit.ToWord(), client);
        else if (app.State.LimitReached.TryPass(timeProvider, OneLinePer, out var suppressed))
            SessionsLog.LimitReached(logger, app.Name, limit.ToWord(), suppressed);
    }

    private TerminationReason Loop(Session session)
    {
        if (session.App.State.ConnectFailures.TryPass(timeProvider, OneLinePer, out var suppressed))
            SessionsLog.Loop(logger, session.App.Name, session.Client.Remote, session.Client.Local, suppressed);
        return TerminationReason.Loop;
    }

    private void Record(Session session, TerminationReason reason)
    {
        session.CountBytes();
        session.App.State.Ended(reason).Add(1); // after the other counters: whoever has seen this finds them complete
        // A full line is told by a counter alone, as everything that refuses at once.
        if (session.Refused == LimitKind.Queue)
            return;
        accessLog.Write(session, reason, timeProvider.GetElapsedTime(session.StartedAt));
    }

    private static TerminationReason Reason(RelayEnd end) => end switch
    {
        RelayEnd.Done => TerminationReason.Done,
        RelayEnd.ClientReset => TerminationReason.ClientReset,
        RelayEnd.TargetReset => TerminationReason.TargetReset,
        RelayEnd.IdleTimeout => TerminationReason.IdleTimeout,
        RelayEnd.HalfCloseTimeout => TerminationReason.HalfCloseTimeout,
        _ => TerminationReason.InternalError,
    };
}
