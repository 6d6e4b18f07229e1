using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>Tells of connections and sessions that are refused. Disposed of when no connection comes any more.</summary>
internal sealed class RefusalLog(TimeProvider timeProvider, ILogger logger) : ISessionObserver, IDisposable
{
    private static readonly TimeSpan OneLinePer = TimeSpan.FromSeconds(1);

    private readonly Refusals _refusals = new(timeProvider, logger);
    private readonly LogThrottle _noRoute = new();

    public void Refused(Connection client, TcpEndpoint source, in GateVerdict verdict)
    {
        if (verdict.App is not { } app)
        {
            if (_noRoute.TryPass(timeProvider, OneLinePer, out var suppressed))
                SessionsLog.NoRoute(logger, client.Local, client.Remote, suppressed);
        }
        else if (verdict.Rule is { } rule)
        {
            _refusals.Note(app.Name, rule, source);
        }
        else if (verdict.Limit != LimitKind.None)
        {
            RefusedByLimit(app, verdict.Limit, source);
        }
    }

    public void Ended(Session session, TerminationReason reason)
    {
        if (session.RefusedBy != LimitKind.None)
            RefusedByLimit(session.App, session.RefusedBy, session.Source);
    }

    public void Dispose() => _refusals.Dispose();

    private void RefusedByLimit(AppModel app, LimitKind limit, TcpEndpoint client)
    {
        // That there is too little of something is worth a warning. That a source asks for too much is not.
        if (limit is not (LimitKind.Sessions or LimitKind.Queue or LimitKind.QueueTimeout))
            _refusals.Note(app.Name, limit.ToWord(), client);
        else if (app.State.LimitReached.TryPass(timeProvider, OneLinePer, out var suppressed))
            SessionsLog.LimitReached(logger, app.Name, limit.ToWord(), suppressed);
    }
}
