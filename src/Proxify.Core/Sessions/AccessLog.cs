using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>Writes one record per session, or for a sample of them.</summary>
internal sealed class AccessLog(ProxyRuntime runtime, TimeProvider timeProvider, ILogger logger) : ISessionObserver
{
    /// <summary>The stable id and name of the record's event.</summary>
    public static EventId SessionEvent { get; } = new(1000, "Session");

    private static readonly TimeSpan OneFailurePer = TimeSpan.FromSeconds(1);

    public void Ended(Session session, TerminationReason reason)
    {
        // A full line is told by a counter alone, as everything that refuses at once.
        if (session.RefusedBy == LimitKind.Queue)
            return;
        var sample = runtime.Current.Config.AccessLog.Sample;
        if (sample < 1 && Random.Shared.NextDouble() >= sample)
            return;
        if (!logger.IsEnabled(LogLevel.Information))
            return;
        var suppressed = default(Count);
        if (reason is TerminationReason.TlsHandshake or TerminationReason.ClientCertificate
            && !session.App.State.HandshakeFailures.TryPass(timeProvider, OneFailurePer, out suppressed))
        {
            return;
        }

        var record = new SessionRecord
        {
            App = session.App.Name,
            Listen = session.Client.Local,
            Client = session.Source,
            Via = session.Arrival is { } arrival && arrival.Source != session.Client.Remote ? session.Client.Remote : null,
            Target = session.Target?.Remote,
            ConnectTime = session.ConnectTime,
            Duration = timeProvider.GetElapsedTime(session.StartedAt),
            FromClient = session.FromClient,
            FromTarget = session.FromTarget,
            Tries = session.Tries,
            Reason = reason,
            Detail = session.Detail,
            Suppressed = suppressed.Value,
            Tls = session.ClientTls,
            ServerName = session.ServerName,
            UniqueId = session.UniqueId,
        };
        logger.Log(LogLevel.Information, SessionEvent, record, null, static (r, _) => r.ToString());
    }
}
