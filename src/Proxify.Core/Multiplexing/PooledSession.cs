using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>A shared connection as whoever looks at sessions sees it: one without a client.</summary>
/// <param name="origin">It only dials.</param>
/// <param name="founder">The session for which it was made.</param>
/// <param name="connection">What carries requests; null: it is of use to the proxy alone.</param>
/// <param name="startedAt">By the clock's timestamps.</param>
internal sealed class PooledSession(Connection origin, Session founder, PooledConnection? connection, long startedAt)
    : Session(origin, founder.Model, founder.App, startedAt)
{
    private long _sent;

    public override long FromClient => Volatile.Read(ref _sent);

    public override int? SharedBy => connection?.Clients ?? 0;

    /// <summary>Bytes of requests.</summary>
    public void CountSent(int bytes) => Volatile.Write(ref _sent, _sent + bytes);

    /// <summary>From any thread. A target that still answers may answer what it was asked: its clients lose nothing, and go on elsewhere.</summary>
    public override void Abort(TerminationReason reason)
    {
        if (connection is null || reason == TerminationReason.TargetDown)
            base.Abort(reason);
        else
            connection.RetireSoon();
    }
}
