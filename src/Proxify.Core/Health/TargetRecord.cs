using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Health;

/// <summary>All that is remembered of a watched target. Guarded by its app's gate.</summary>
internal sealed class TargetRecord(TimeProvider timeProvider, Action timeOver) : IDisposable
{
    /// <summary>Most targets that go down are restarted, not lost: that long they are checked at the fast pace.</summary>
    private static readonly TimeSpan RecentlyOut = TimeSpan.FromMinutes(1);

    private readonly LogThrottle _lines = HealthLog.Throttle();
    private ITimer? _timer;
    private bool _wasUp = true;
    private long _outSince;

    public CheckStatus Checks { get; } = new();

    public Ejection Ejection { get; } = new(timeProvider);

    /// <summary>May get sessions, a trial's one included.</summary>
    public bool IsUp => Checks.IsUp && Ejection.Phase is EjectPhase.In or EjectPhase.TrialOpen;

    /// <summary>Not only for a trial.</summary>
    public bool IsSettledUp => Checks.IsUp && Ejection.Phase == EjectPhase.In;

    /// <summary>Checks go at the fast pace.</summary>
    public bool IsChanging => Checks.IsChanging || (!IsSettledUp && timeProvider.GetElapsedTime(_outSince) < RecentlyOut);

    /// <summary>Takes other settings: what nobody looks for any more is forgotten.</summary>
    public void Apply(HealthSettings settings)
    {
        if (settings.Check is null)
            Checks.Forget();
        // Who is out for its silence, or its early closes, comes back by trials that nobody looks at any more.
        if (settings is { EjectAfter: 0, FailureRate: 0, FirstByte: null } || (Ejection.Phase != EjectPhase.In && !Ejection.Cause.IsLookedFor(settings)))
            Ejection.Forget();
        NoteStatus();
    }

    /// <summary>What the latest check that failed has come to.</summary>
    public string? LastFailure { get; set; }

    /// <summary>Since when it is up, or is not.</summary>
    public DateTimeOffset Since { get; private set; } = timeProvider.GetUtcNow();

    /// <summary>After each change: remembers when the target went out.</summary>
    public void NoteStatus()
    {
        if (_wasUp != IsSettledUp)
            Since = timeProvider.GetUtcNow();
        if (_wasUp && !IsSettledUp)
            _outSince = timeProvider.GetTimestamp();
        _wasUp = IsSettledUp;
    }

    /// <summary>In a word and a few more.</summary>
    public HealthReport Report() => (Checks.IsUp, Ejection.Phase) switch
    {
        (false, _) => new("down", LastFailure, Since),
        (_, EjectPhase.In) => new("up", null, Since),
        (_, EjectPhase.Out) => new("ejected", Ejection.Cause.ToText(), Since),
        _ => new("trial", Ejection.Cause.ToText(), Since),
    };

    /// <summary>For another process; null: it is as good as new.</summary>
    public HealthState? Describe()
    {
        if (IsSettledUp && Ejection.Level == 0)
            return null;
        var left = TimeSpan.FromTicks(Math.Max(0, (Ejection.Lasts - timeProvider.GetElapsedTime(_outSince)).Ticks));
        return new(!Checks.IsUp, LastFailure, Since, Ejection.Phase, Ejection.Cause, Ejection.Level, Ejection.Lasts, left);
    }

    /// <summary>Goes on from there. What the settings do not look for is left out.</summary>
    public void Resume(HealthState state, HealthSettings settings)
    {
        if (state.IsDown)
            Checks.SetDown();
        LastFailure = state.LastFailure;
        Ejection.Resume(state.Phase, state.Cause, state.Level, state.Lasts);
        Apply(settings);
        Since = state.Since;
        if (Ejection.Phase == EjectPhase.Out)
            StartTimer(state.Left);
    }

    public void Eject(EjectCause cause, HealthSettings settings)
    {
        Ejection.Eject(cause, settings);
        StartTimer(Ejection.Lasts);
    }

    /// <summary>
    /// A trial that decides nothing (the client says nothing, say) leaves room for another one after a while: when the sweep must have seen its silence.
    /// </summary>
    public void BeginTrial(HealthSettings settings)
    {
        Ejection.BeginTrial();
        StartTimer(Ejection.Cause == EjectCause.Silent && settings.FirstByte is { } firstByte ? 2 * firstByte : settings.EjectFor);
    }

    /// <summary>A target that closes at once has done so by then. Those who connect as a last resort meanwhile do not put it off.</summary>
    public void WatchTrial(TimeSpan time)
    {
        if (Ejection.IsTrialConnected)
            return;
        Ejection.IsTrialConnected = true;
        StartTimer(time);
    }

    public void Return()
    {
        Ejection.Return();
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void LogChecks(ILogger logger, string app, string target, CheckResult result, string? problem, HealthSettings settings)
    {
        if (!_lines.TryPass(timeProvider, HealthLog.OneLinePer, out var suppressed))
            return;
        if (result == CheckResult.Good)
            HealthLog.TargetUp(logger, app, target, Count.Of(settings.Rise, "check"), suppressed);
        else
            HealthLog.TargetDown(logger, app, target, Count.Of(settings.Fall, "check"), result.ToText(problem), suppressed);
    }

    public void LogEjected(ILogger logger, string app, string target)
    {
        if (_lines.TryPass(timeProvider, HealthLog.OneLinePer, out var suppressed))
            HealthLog.TargetEjected(logger, app, target, Ejection.Lasts.TotalSeconds, Ejection.Cause.ToText(), suppressed);
    }

    public void LogBack(ILogger logger, string app, string target, string why)
    {
        if (_lines.TryPass(timeProvider, HealthLog.OneLinePer, out var suppressed))
            HealthLog.TargetBack(logger, app, target, why, suppressed);
    }

    public void Dispose() => _timer?.Dispose();

    private void StartTimer(TimeSpan due)
    {
        _timer ??= timeProvider.CreateTimer(static over => ((Action)over!)(), timeOver, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }
}
