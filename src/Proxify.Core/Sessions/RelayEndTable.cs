using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>How a relay ended, and why its session did.</summary>
internal static class RelayEndTable
{
    public static TerminationReason ReasonOf(RelayEnd end, Session session) => end switch
    {
        RelayEnd.Done => TerminationReason.Done,
        RelayEnd.ClientReset => ReasonOf(session.Client.Transform?.Loss) ?? TerminationReason.ClientReset,
        RelayEnd.TargetReset => ReasonOf(session.Target?.Transform?.Loss) ?? TerminationReason.TargetReset,
        RelayEnd.IdleTimeout => TerminationReason.IdleTimeout,
        RelayEnd.HalfCloseTimeout => TerminationReason.HalfCloseTimeout,
        RelayEnd.Aborted => session.AbortReason,
        _ => throw new ArgumentOutOfRangeException(nameof(end), end, null),
    };

    private static TerminationReason? ReasonOf(TransformLoss? loss) => loss switch
    {
        TransformLoss.Truncated => TerminationReason.TlsTruncated,
        TransformLoss.Unreadable => TerminationReason.TlsError,
        _ => null,
    };
}
