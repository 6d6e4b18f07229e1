using Proxify.Configuration;
using Proxify.Sessions;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>The end of the sessions that are left when nobody is let in any more.</summary>
internal static class SessionDrain
{
    /// <summary>Sessions that are reset have ended by then, or something is wrong that no longer wait would mend.</summary>
    private static readonly TimeSpan LongestReset = TimeSpan.FromSeconds(5);

    /// <summary>Timers take 49 days at most; a longer drain is waited for in several goes.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>Lets each app's sessions end by themselves for its <see cref="TimeoutsConfig.Drain"/>, then resets what is left.</summary>
    /// <param name="registry">Knows the live sessions.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="now">Resets at once when it is cancelled.</param>
    public static async Task RunAsync(SessionRegistry registry, TimeProvider timeProvider, CancellationToken now)
    {
        var startedAt = timeProvider.GetTimestamp();
        while (registry.Count > 0)
        {
            var sessions = registry.Snapshot();
            var elapsed = now.IsCancellationRequested ? TimeSpan.MaxValue : timeProvider.GetElapsedTime(startedAt);
            foreach (var due in sessions.Where(s => s.App.Timeouts.Drain <= elapsed))
                due.Abort(TerminationReason.Drained);

            var later = sessions.Select(s => s.App.Timeouts.Drain).Where(d => d > elapsed).Order().ToList();
            var wait = later.Count == 0 ? LongestReset : later[0] - elapsed < LongestTimer ? later[0] - elapsed : LongestTimer;
            try
            {
                await registry.WhenEmpty().WaitAsync(wait, timeProvider, later.Count > 0 ? now : CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // Resets what is left in the next round.
            }
            catch (TimeoutException)
            {
                if (later.Count == 0)
                    return;
            }
        }
    }
}
