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

    /// <summary>
    /// Lets each app's sessions end by themselves for its <see cref="TimeoutsConfig.Drain"/>, then resets what is left. Those whose requests are known end when
    /// they are answered: their clients would stay.
    /// </summary>
    /// <param name="arrivals">Knows the connections that may become sessions; they have as long.</param>
    /// <param name="registry">Knows the live sessions.</param>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="now">Resets at once when it is cancelled.</param>
    public static async Task RunAsync(ArrivalRegistry arrivals, SessionRegistry registry, TimeProvider timeProvider, CancellationToken now)
    {
        var startedAt = timeProvider.GetTimestamp();
        foreach (var session in registry.Snapshot())
            session.Finish();
        // Who is no arrival any more has become a session before: in this order nobody is missed.
        while (arrivals.Count + registry.Count > 0)
        {
            IEnding[] live = [.. arrivals.Snapshot(), .. registry.Snapshot()];
            var elapsed = now.IsCancellationRequested ? TimeSpan.MaxValue : timeProvider.GetElapsedTime(startedAt);
            foreach (var due in live.Where(l => l.Drain <= elapsed))
                due.Abort(TerminationReason.Drained);

            var later = live.Select(l => l.Drain).Where(d => d > elapsed).Order().ToList();
            var wait = later.Count == 0 ? LongestReset : later[0] - elapsed < LongestTimer ? later[0] - elapsed : LongestTimer;
            try
            {
                await Task.WhenAll(arrivals.WhenEmpty(), registry.WhenEmpty()).WaitAsync(wait, timeProvider, later.Count > 0 ? now : CancellationToken.None);
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
