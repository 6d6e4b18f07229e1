using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>Writes records of sessions, as their apps want them: one at the end, and interim ones before.</summary>
internal sealed class AccessLog(TimeProvider timeProvider, ILogger logger) : ISessionObserver
{
    private static readonly EventId s_session = new(1000, "Session");
    private static readonly EventId s_sessionInterim = new(1001, "SessionInterim");

    private static readonly TimeSpan OneFailurePer = TimeSpan.FromSeconds(1);

    public void Ended(Session session, TerminationReason reason)
    {
        // A full line is told by a counter alone, as everything that refuses at once.
        if (session.RefusedBy == LimitKind.Queue || !IsRecorded(session))
            return;
        var suppressed = default(Count);
        if (reason is TerminationReason.TlsHandshake or TerminationReason.ClientCertificate
            && !session.App.State.HandshakeFailures.TryPass(timeProvider, OneFailurePer, out suppressed))
        {
            return;
        }

        Write(s_session, session, reason, suppressed.Value);
    }

    /// <summary>Of a session that goes on; from any thread. False: it gets no records.</summary>
    public bool TryWriteInterim(Session session)
    {
        // Where it ends at this very moment the record of its end may come first.
        if (session.IsOver || !IsRecorded(session))
            return false;
        Write(s_sessionInterim, session, reason: null, suppressed: 0);
        return true;
    }

    /// <summary>One sample for all records of a session, so it is drawn by what a session keeps for life.</summary>
    private bool IsRecorded(Session session)
    {
        var sample = session.App.State.AccessLog.Sample;
        return (sample >= 1 || (uint)HashCode.Combine(session.StartedAt, RuntimeHelpers.GetHashCode(session)) < sample * uint.MaxValue)
            && logger.IsEnabled(LogLevel.Information);
    }

    private void Write(EventId id, Session session, TerminationReason? reason, long suppressed)
    {
        var record = new SessionRecord
        {
            Fields = session.App.State.AccessLog.Fields,
            App = session.App.Name,
            Listen = session.Client.Local,
            Client = session.Source,
            Via = session.Arrival is { } arrival && arrival.Source != session.Client.Remote ? session.Client.Remote : null,
            Target = session.Target?.Remote ?? session.Exchange?.Target,
            ConnectTime = session.ConnectTime,
            Duration = timeProvider.GetElapsedTime(session.StartedAt),
            FromClient = session.FromClient,
            FromTarget = session.FromTarget,
            Tries = session.Tries,
            Reason = reason,
            Detail = session.Detail,
            Suppressed = suppressed,
            Tls = session.ClientTls,
            ServerName = session.ServerName,
            UniqueId = session.UniqueId,
            Requests = session.Exchange?.Requests,
            Own = session.Exchange?.Own?.ToWord(),
        };
        logger.Log(LogLevel.Information, id, record, null, static (r, _) => r.ToString());
    }
}
