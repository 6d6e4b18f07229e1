using Proxify.Health;
using Proxify.Telemetry;

namespace Proxify.Sessions;

/// <summary>
/// Finds targets that take bytes and answer none, for apps with <see cref="HealthSettings.FirstByte"/>: a paused process, whose kernel still accepts for it. A
/// look at all sessions a few times in that time, so nothing is asked of those that move bytes.
/// </summary>
/// <remarks>
/// One session without an answer shows nothing: it may wait for something. So a target is silent only when it has answered nobody for that long, and a sibling
/// has; or had just before, and leaves nobody waiting, since the clients of a small pool are soon all caught at the silent one. What fails for all targets at
/// once, such as their database, makes none of them silent.
/// </remarks>
internal sealed class SilenceSweep : IDisposable
{
    private const int LooksPerFirstByte = 4;

    private readonly SessionRegistry _registry;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;
    private long _sweptAt;
    private int _isRunning;

    public SilenceSweep(SessionRegistry registry, TimeProvider timeProvider)
    {
        _registry = registry;
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(static sweep => ((SilenceSweep)sweep!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>One caller at a time.</summary>
    /// <param name="shortest">Of all apps; null: no app wants it.</param>
    public void Follow(TimeSpan? shortest)
    {
        var period = shortest / LooksPerFirstByte ?? Timeout.InfiniteTimeSpan;
        if (period == _period)
            return; // Names may change more often than it looks: setting the timer anew each time, it would never look.
        _period = period;
        Volatile.Write(ref _sweptAt, 0);
        _timer.Change(period, period);
    }

    /// <summary>At a session's end, as long as it has its target.</summary>
    public static void NoteEnd(Session session, TerminationReason reason, TimeProvider timeProvider)
    {
        if (session.TargetState?.Health is not { App.Settings.FirstByte: not null } health || session.Target is not { } target)
            return;
        NoteBytes(session, health, target.BytesReceived, timeProvider.GetTimestamp());
        // A client that has left before its answer could come has shown nothing.
        if (session.IsTrial && target.BytesReceived == 0)
            health.EndTrial(session.Client.BytesReceived > 0
                && reason is TerminationReason.TargetReset or TerminationReason.IdleTimeout or TerminationReason.HalfCloseTimeout ? false : null);
    }

    public void Dispose() => _timer.Dispose();

    internal void Sweep()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            return;
        try
        {
            var now = _timeProvider.GetTimestamp();
            // This process, or its machine, was stopped: what was not answered meanwhile was not silence, and the answers may be waiting for the relays.
            var hasSlept = _sweptAt != 0 && _timeProvider.GetElapsedTime(_sweptAt, now) > _period + CheckTask.LongestDelay;
            Volatile.Write(ref _sweptAt, now);
            var waiting = new Dictionary<TargetHealth, long>();
            foreach (var session in _registry.SnapshotWithShared())
                Look(session, now, hasSlept, waiting);
            foreach (var (target, since) in waiting)
                Judge(target, Math.Max(since, target.AnsweredAt), now, waiting);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    /// <param name="session">Live.</param>
    /// <param name="now">The sweep's time.</param>
    /// <param name="hasSlept">Whether waiting begins now for those who wait already.</param>
    /// <param name="waiting">For each target, since when its longest waiting session has no answer.</param>
    private void Look(Session session, long now, bool hasSlept, Dictionary<TargetHealth, long> waiting)
    {
        if (session.TargetState?.Health is not { App.Settings.FirstByte: { } firstByte } health || session.Target is not { } target)
            return;
        var received = target.BytesReceived;
        NoteBytes(session, health, received, now);
        if (received == 0 && session.FromClient > 0)
        {
            if (session.UnansweredSince == 0 || hasSlept)
                session.UnansweredSince = now;
            if (!session.IsTrial && (!waiting.TryGetValue(health, out var since) || session.UnansweredSince < since))
                waiting[health] = session.UnansweredSince;
        }

        if (session.IsTrial && received == 0 && session.UnansweredSince != 0 && _timeProvider.GetElapsedTime(session.UnansweredSince, now) >= firstByte)
        {
            session.IsTrial = false;
            health.EndTrial(false);
        }
    }

    /// <summary>Whoever answers is not silent: neither that of a trial nor a client that was caught and has waited for it to wake up.</summary>
    private static void NoteBytes(Session session, TargetHealth health, long received, long now)
    {
        if (received == session.SeenFromTarget)
            return;
        session.SeenFromTarget = received;
        session.IsTrial = false;
        health.AnsweredAt = now;
        if (!health.IsBack)
            health.EndTrial(true);
    }

    private void Judge(TargetHealth target, long silentSince, long now, Dictionary<TargetHealth, long> waiting)
    {
        if (target.App is not { Settings.FirstByte: { } firstByte } app || _timeProvider.GetElapsedTime(silentSince, now) < firstByte)
            return;
        foreach (var (sibling, _, _) in app.Members)
        {
            if (sibling == target || sibling.AnsweredAt == 0)
                continue;
            var wasWell = !waiting.ContainsKey(sibling) && _timeProvider.GetElapsedTime(sibling.AnsweredAt, silentSince) < firstByte;
            if (sibling.AnsweredAt > silentSince || wasWell)
            {
                target.NoteSilence();
                return;
            }
        }
    }
}
