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
        TlsOutcome outcome;
        await using (timeProvider.CreateTimer(static s => TooLate((Session)s!), session, session.App.Timeouts.Handshake, Timeout.InfiniteTimeSpan))
            outcome = await TlsHandshaking.RunAsync(session.Client, handshake);
        switch (outcome)
        {
            case TlsOutcome.Done:
                session.ClientTls = handshake.Info;
                return null;
            case TlsOutcome.Failed:
                session.Detail = handshake.Failure!.Text;
                return handshake.Failure.IsOfCertificate ? TerminationReason.ClientCertificate : TerminationReason.TlsHandshake;
            default:
                return session.IsAborted ? session.AbortReason : Left(session);
        }
    }

    private static void TooLate(Session session)
    {
        session.Detail = "Handshake is over";
        session.Abort(TerminationReason.TlsHandshake);
    }

    private static TerminationReason Left(Session session)
    {
        session.Detail = "the client has left";
        return TerminationReason.TlsHandshake;
    }
}
