using System.Runtime.CompilerServices;
using Proxify.Telemetry;
using Proxify.Tls;
using Proxify.Transport.Tls;

namespace Proxify.Sessions;

/// <summary>TLS with a session's client: before it takes a place anywhere, and before any target hears of it.</summary>
internal sealed class ClientHandshake(TimeProvider timeProvider)
{
    /// <returns>Null: the session's client speaks TLS from now on. Otherwise why the session ends.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<TerminationReason?> RunAsync(Session session, ServerTls tls)
    {
        using var handshake = new TlsHandshake(tls.Current);
        using var deadline = new Deadline(session.Client, session.App.Timeouts.Handshake - timeProvider.GetElapsedTime(session.StartedAt), timeProvider);
        var outcome = await TlsHandshaking.RunAsync(session.Client, handshake);
        if (!deadline.TryStop())
            return Undone(session, "no handshake within Handshake");
        switch (outcome)
        {
            case TlsOutcome.Done:
                session.ClientTls = handshake.Info;
                return null;
            case TlsOutcome.Failed:
                session.Detail = handshake.Failure!.Text;
                return handshake.Failure.IsOfCertificate ? TerminationReason.ClientCertificate : TerminationReason.TlsHandshake;
            default:
                return session.IsAborted ? session.AbortReason : Undone(session, "the client has left");
        }
    }

    private static TerminationReason Undone(Session session, string why)
    {
        session.Detail = why;
        return TerminationReason.TlsHandshake;
    }
}
