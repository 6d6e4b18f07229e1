using Proxify.Health;

namespace Proxify.Sessions;

/// <summary>
/// Finds targets that take bytes and answer none, for apps with <see cref="HealthSettings.FirstByte"/>: a paused process, whose kernel still accepts for it. A look at all sessions a few times in
/// that time, so nothing is asked of those that move bytes.
/// </summary>
/// <remarks>
/// One session without an answer shows nothing: it may wait for something. So a target is silent only when it has answered nobody for that long, and a sibling has.
/// </remarks>
internal sealed class SilenceSweep : IDisposable
{
    private const int LooksPerFirstByte = 4;

    private readonly SessionRegistry _registry;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private int _isRunning;

    public SilenceSweep(SessionRegistry registry, TimeProvider timeProvider)
    {
        _registry = registry;
        _timeProvider = timeProvider;
        _timer = timeProvider.CreateTimer(static sweep => ((SilenceSweep)sweep!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="shortest">Of all apps; null: no app wants it.</param>
    public void Follow(TimeSpan? shortest)
    {
        var period = shortest / LooksPerFirstByte ?? Timeout.InfiniteTimeSpan;
        _timer.Change(period, period);
    }

    /// <summary>At a session's end, as long as it has its target.</summary>
    public static void NoteEnd(Session session, TimeProvider timeProvider)
    {
        if (session.TargetState?.Health is not { App.Settings.FirstByte: not null } health || session.Target is not { } target)
            return;
        if (target.BytesReceived > session.SeenFromTarget)
            health.AnsweredAt = timeProvider.GetTimestamp();
        if (session.IsTrial)
            health.EndTrial(target.BytesReceived > 0 ? true : session.Client.BytesReceived > 0 ? false : null);
    }

    public void Dispose() => _timer.Dispose();

    internal void Sweep()
    {
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
            return;
        try
        {
            var now = _timeProvider.GetTimestamp();
            var unanswered = new List<(TargetHealth Target, TimeSpan FirstByte, long Since)>();
            foreach (var session in _registry.Snapshot())
                Look(session, now, unanswered);
            foreach (var (target, firstByte, since) in unanswered)
                Judge(target, firstByte, Math.Max(since, target.AnsweredAt), now);
        }
        finally
        {
            Volatile.Write(ref _isRunning, 0);
        }
    }

    private void Look(Session session, long now, List<(TargetHealth Target, TimeSpan FirstByte, long Since)> unanswered)
    {
        if (session.TargetState?.Health is not { App.Settings.FirstByte: { } firstByte } health || session.Target is not { } target)
            return;
        var received = target.BytesReceived;
        if (received > session.SeenFromTarget)
        {
            session.SeenFromTarget = received;
            health.AnsweredAt = now;
        }

        if (received == 0 && session.Client.BytesReceived > 0)
        {
            if (session.UnansweredSince == 0)
                session.UnansweredSince = now;
            if (!session.IsTrial)
                unanswered.Add((health, firstByte, session.UnansweredSince));
        }

        if (session.IsTrial && (received > 0 || (session.UnansweredSince != 0 && _timeProvider.GetElapsedTime(session.UnansweredSince, now) >= firstByte)))
        {
            session.IsTrial = false;
            health.EndTrial(received > 0);
        }
    }

    private void Judge(TargetHealth target, TimeSpan firstByte, long silentSince, long now)
    {
        if (_timeProvider.GetElapsedTime(silentSince, now) < firstByte || target.App is not { } app)
            return;
        foreach (var (sibling, _, _) in app.Members)
        {
            if (sibling != target && sibling.AnsweredAt > silentSince)
            {
                target.NoteSilence();
                return;
            }
        }
    }
}
