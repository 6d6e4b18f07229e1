using Microsoft.Extensions.Logging;
using Proxify.Health;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>Ends the live sessions of a target that is down or gone, where the app wants that.</summary>
internal sealed class TargetSessions(SessionRegistry registry, TimeProvider timeProvider, ILogger logger)
{
    /// <summary>
    /// Resets those of this moment, in random order, spread evenly over the time. A target that is up, or in the config, again meanwhile keeps the rest of
    /// them. Those that are still dialling lose nothing by going on to the next target, and are left alone.
    /// </summary>
    /// <param name="target">The target.</param>
    /// <param name="within">Zero: all at once.</param>
    /// <param name="reason">What they are logged as.</param>
    /// <param name="isBack">Whether the rest may stay. Default: whether the target is up, or in the config, again.</param>
    public void Reset(TargetHealth target, TimeSpan within, TerminationReason reason, Func<bool>? isBack = null) =>
        Reset(new Dictionary<TargetHealth, TimeSpan> { [target] = within }, reason, isBack);

    /// <summary>The same for many targets, each with its time. The live sessions are gone through once, not once for each target.</summary>
    /// <inheritdoc cref="Reset(TargetHealth, TimeSpan, TerminationReason, Func{bool})"/>
    public void Reset(IReadOnlyDictionary<TargetHealth, TimeSpan> within, TerminationReason reason, Func<bool>? isBack = null)
    {
        if (within.Count == 0)
            return;
        var sessionsOf = new Dictionary<TargetHealth, List<Session>>();
        foreach (var session in registry.SnapshotWithShared())
        {
            if (session.TargetState?.Health is not { } target || session.Target is null || !within.ContainsKey(target))
                continue;
            if (!sessionsOf.TryGetValue(target, out var sessions))
                sessionsOf.Add(target, sessions = []);
            sessions.Add(session);
        }

        foreach (var (target, sessions) in sessionsOf)
        {
            Reset(target, [.. sessions], within[target], reason,
                isBack ?? (reason == TerminationReason.TargetRemoved ? () => target.App is not null : () => target.IsBack));
        }
    }

    private void Reset(TargetHealth target, Session[] sessions, TimeSpan within, TerminationReason reason, Func<bool> isBack)
    {
        SessionsLog.TargetSessionsReset(logger, target.Name, Count.Of(sessions.Length, "session"), within.TotalSeconds);
        Random.Shared.Shuffle(sessions);
        new Draining(target, sessions, within, reason, isBack, timeProvider).Begin();
    }

    /// <summary>Kept alive by its own timer until it is done.</summary>
    private sealed class Draining(
        TargetHealth target, Session[] sessions, TimeSpan within, TerminationReason reason, Func<bool> isBack, TimeProvider timeProvider)
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(100);

        private readonly long _beganAt = timeProvider.GetTimestamp();
        private readonly Lock _gate = new();
        private ITimer? _timer;
        private int _done;

        public void Begin()
        {
            lock (_gate)
                _timer = within > TimeSpan.Zero
                    ? timeProvider.CreateTimer(static draining => ((Draining)draining!).Go(isFirst: false), this, Step, Step) : null;
            Go(isFirst: true);
        }

        private void Go(bool isFirst)
        {
            lock (_gate)
            {
                if (!isFirst && isBack())
                    _done = sessions.Length;
                var elapsed = timeProvider.GetElapsedTime(_beganAt);
                var due = elapsed >= within ? sessions.Length : (int)(sessions.Length * (elapsed / within));
                for (; _done < due; _done++)
                {
                    // One that has ended, or gone on to another target, is none of ours any more.
                    if (sessions[_done].TargetState?.Health == target)
                        sessions[_done].Abort(reason);
                }

                if (_done == sessions.Length)
                    _timer?.Dispose();
            }
        }
    }
}
