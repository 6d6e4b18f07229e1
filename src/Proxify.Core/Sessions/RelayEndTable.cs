using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>How a relay ended, and why its session did.</summary>
internal static class RelayEndTable
{
    /// <summary>Notes in the session what more there is to say.</summary>
    public static TerminationReason ReasonOf(RelayEnd end, Session session) => end switch
    {
        RelayEnd.Done => TerminationReason.Done,
        RelayEnd.ClientReset => OfLoss(session, session.Client, isLast: session.Target?.HasEndedFirst == true) ?? TerminationReason.ClientReset,
        RelayEnd.TargetReset => OfLoss(session, session.Target, isLast: session.Target?.HasEndedFirst == false) ?? TerminationReason.TargetReset,
        RelayEnd.IdleTimeout => TerminationReason.IdleTimeout,
        RelayEnd.HalfCloseTimeout => TerminationReason.HalfCloseTimeout,
        RelayEnd.Aborted => session.AbortReason,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    /// <param name="session">Which has lost it.</param>
    /// <param name="side">Null: there is none.</param>
    /// <param name="isLast">The other one had ended in order. Many answer that by a FIN alone, and nobody is there to miss the close_notify.</param>
    private static TerminationReason? OfLoss(Session session, Connection? side, bool isLast)
    {
        if (side?.Transform?.Loss is not { } loss)
            return null;
        session.Detail = $"by the {(side == session.Client ? "client" : "target")}";
        if (loss == TransformLoss.Unreadable)
            return TerminationReason.TlsError;
        if (!isLast)
            return TerminationReason.TlsTruncated;
        session.Detail = $"no close_notify {session.Detail}";
        return TerminationReason.Done;
    }
}
