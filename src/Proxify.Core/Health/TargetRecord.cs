namespace Proxify.Health;

/// <summary>All that is remembered of a watched target. Guarded by its app's gate.</summary>
internal sealed class TargetRecord(TimeProvider timeProvider, Action ejectionOver) : IDisposable
{
    /// <summary>Most targets that go down are restarted, not lost: that long they are checked at the fast pace.</summary>
    private static readonly TimeSpan RecentlyOut = TimeSpan.FromMinutes(1);

    private ITimer? _timer;
    private bool _wasUp = true;
    private long _outSince;

    public CheckStatus Checks { get; } = new();

    public Ejection Ejection { get; } = new(timeProvider);

    public LineBudget Lines { get; } = new(timeProvider);

    /// <summary>May get sessions, a trial's one included.</summary>
    public bool IsUp => Checks.IsUp && Ejection.Phase is EjectPhase.In or EjectPhase.TrialOpen;

    /// <summary>Not only for a trial.</summary>
    public bool IsSettledUp => Checks.IsUp && Ejection.Phase == EjectPhase.In;

    /// <summary>Checks go at the fast pace.</summary>
    public bool IsChanging => Checks.IsChanging || (!IsSettledUp && timeProvider.GetElapsedTime(_outSince) < RecentlyOut);

    /// <summary>After each change: remembers when the target went out.</summary>
    public void NoteStatus()
    {
        if (_wasUp && !IsSettledUp)
            _outSince = timeProvider.GetTimestamp();
        _wasUp = IsSettledUp;
    }

    /// <summary>When the ejection, or the trial's time, is over.</summary>
    public void StartTimer(TimeSpan due)
    {
        _timer ??= timeProvider.CreateTimer(static over => ((Action)over!)(), ejectionOver, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    public void StopTimer() => _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Dispose() => _timer?.Dispose();
}
