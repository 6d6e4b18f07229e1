using Microsoft.Extensions.Logging;
using Proxify.Health;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>Ends the live sessions of a target that is down or gone, where the app wants that.</summary>
internal sealed class TargetSessions(SessionRegistry registry, TimeProvider timeProvider, ILogger logger)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

    /// <summary>Resets those of this moment, in random order, spread evenly over the time. A target that is up again meanwhile keeps the rest of them.</summary>
    /// <param name="target">The target.</param>
    /// <param name="within">Zero: all at once.</param>
    /// <param name="reason">What they are logged as.</param>
    public async Task ResetAsync(TargetHealth target, TimeSpan within, TerminationReason reason)
    {
        var sessions = registry.Snapshot().Where(s => s.TargetState?.Health == target).ToArray();
        if (sessions.Length == 0)
            return;
        SessionsLog.TargetSessionsReset(logger, target.Name, sessions.Length, within.TotalSeconds);
        Random.Shared.Shuffle(sessions);
        var beganAt = timeProvider.GetTimestamp();
        for (var done = 0; done < sessions.Length;)
        {
            var elapsed = timeProvider.GetElapsedTime(beganAt);
            var due = elapsed >= within ? sessions.Length : (int)(sessions.Length * (elapsed / within));
            for (; done < due; done++)
            {
                // One that has ended, or gone on to another target, is none of ours any more.
                if (sessions[done].TargetState?.Health == target)
                    sessions[done].Abort(reason);
            }

            if (done == sessions.Length)
                return;
            await Task.Delay(Step < within - elapsed ? Step : within - elapsed, timeProvider);
            if (reason == TerminationReason.TargetDown && target.IsUp)
                return;
        }
    }
}
