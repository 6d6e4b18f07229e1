using Proxify.Health;

namespace Proxify.Sessions;

/// <summary>
/// Tells health of sessions that their target ended without a byte, for apps with <see cref="HealthSettings.EarlyClose"/>: a target that accepts and closes
/// looks well to connects.
/// </summary>
internal static class EarlyCloses
{
    /// <summary>At a session's end, as long as it has its target.</summary>
    public static void NoteEnd(Session session, TimeProvider timeProvider)
    {
        if (session.TargetState?.Health is not { App.Settings.EarlyClose: { } earlyClose } health || session.Target is not { } target)
            return;
        if (target.BytesReceived > 0 || timeProvider.GetElapsedTime(session.ConnectedAt) > earlyClose)
            health.EndSession(good: true, session.IsTrial);
        else
            health.EndSession(target.HasEndedFirst ? false : null, session.IsTrial);
    }
}
