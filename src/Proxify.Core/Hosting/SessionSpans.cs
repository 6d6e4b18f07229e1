using System.Diagnostics;
using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>
/// A span of each session, from the source <c>Proxify</c>. It is made at the session's end from what is known of it then, so no session carries one, and where
/// nobody listens it costs a look. Names follow OpenTelemetry's conventions where there are such.
/// </summary>
internal sealed class SessionSpans(TimeProvider timeProvider) : ISessionObserver, IDisposable
{
    public const string SourceName = "Proxify";

    private readonly ActivitySource _source = new(SourceName);

    public void Ended(Session session, TerminationReason reason)
    {
        // A full line is told by a counter alone, as everything that refuses at once.
        if (!_source.HasListeners() || session.RefusedBy == LimitKind.Queue)
            return;
        var end = timeProvider.GetUtcNow();
        var start = end - timeProvider.GetElapsedTime(session.StartedAt);
        using var span = _source.StartActivity("session", ActivityKind.Server, parentContext: default, startTime: start);
        if (span is not { IsAllDataRequested: true })
            return;
        Describe(span, session);
        span.SetTag("proxify.reason", reason.ToWord());
        if (IsError(reason))
        {
            span.SetTag("error.type", reason.ToWord());
            span.SetStatus(ActivityStatusCode.Error, session.Detail);
        }

        span.SetEndTime(end.UtcDateTime);
    }

    public void Dispose() => _source.Dispose();

    private static void Describe(Activity span, Session session)
    {
        span.SetTag("proxify.app", session.App.Name);
        span.SetTag("network.transport", "tcp");
        End(span, "client", session.Source);
        End(span, "network.peer", session.Client.Remote);
        End(span, "network.local", session.Client.Local);
        if ((session.Target?.Remote ?? session.Exchange?.Target) is { } target)
            span.SetTag("proxify.endpoint", target.ToString());
        span.SetTag("proxify.tries", session.Tries);
        span.SetTag("proxify.connect.duration", session.ConnectTime?.TotalSeconds);
        span.SetTag("proxify.client.io", session.FromClient);
        span.SetTag("proxify.target.io", session.FromTarget);
        span.SetTag("proxify.detail", session.Detail);
        span.SetTag("proxify.unique_id", session.UniqueId);
        span.SetTag("proxify.requests", session.Exchange?.Requests);
        span.SetTag("proxify.own", session.Exchange?.Own?.ToWord());
        span.SetTag("tls.client.server_name", session.ServerName);
        if (session.ClientTls is not { } tls)
            return;
        span.SetTag("tls.protocol.name", "tls");
        span.SetTag("tls.protocol.version", tls.Version.Replace("TLSv", "", StringComparison.Ordinal));
        span.SetTag("tls.cipher", tls.Cipher);
        span.SetTag("tls.next_protocol", tls.Protocol);
        span.SetTag("tls.client.subject", tls.Peer?.Subject);
    }

    private static void End(Activity span, string name, TcpEndpoint endpoint)
    {
        span.SetTag($"{name}.address", endpoint.ToIPAddress().ToString());
        span.SetTag($"{name}.port", (int)endpoint.Port);
    }

    /// <summary>What somebody may have to mend. That clients leave, that limits of time end idle sessions, and what was asked for is none of that.</summary>
    private static bool IsError(TerminationReason reason) => reason
        is TerminationReason.ConnectFailed or TerminationReason.Limit or TerminationReason.Loop or TerminationReason.TargetReset
        or TerminationReason.TargetDown or TerminationReason.TlsHandshake or TerminationReason.ClientCertificate or TerminationReason.TlsTruncated
        or TerminationReason.TlsError or TerminationReason.InternalError;
}
