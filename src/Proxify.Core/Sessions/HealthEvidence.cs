using Proxify.Health;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>Tells health what the end of a session shows of its target.</summary>
internal sealed class HealthEvidence(TimeProvider timeProvider) : ISessionObserver
{
    public void Ending(Session session, TerminationReason reason)
    {
        SilenceSweep.NoteEnd(session, reason, timeProvider);
        NoteEarlyClose(session);
    }

    /// <summary>A target that accepts and closes looks well to connects: for apps with <see cref="HealthSettings.EarlyClose"/>.</summary>
    private void NoteEarlyClose(Session session)
    {
        if (session.TargetState?.Health is not { App.Settings.EarlyClose: { } earlyClose } health || session.Target is not { } target)
            return;
        if (target.BytesReceived > 0 || timeProvider.GetElapsedTime(session.ConnectedAt) > earlyClose)
            health.EndSession(good: true, session.IsTrial);
        else
            health.EndSession(target.HasEndedFirst ? false : null, session.IsTrial);
    }
}
