namespace Proxify.Health;

/// <summary>
/// Counts connects and failures over a window that begins with a failure. Successes are counted without a lock or a clock; a failure, which is rare, ends the
/// window.
/// </summary>
internal sealed class FailureWindow
{
    private int _successes;
    private int _failures;
    private long _began;

    public void AddSuccess() => Interlocked.Increment(ref _successes);

    /// <summary>What was counted as a success turns out to be none.</summary>
    public void TakeBackSuccess()
    {
        if (Volatile.Read(ref _successes) > 0)
            Interlocked.Decrement(ref _successes);
    }

    /// <returns>What the window holds with this one.</returns>
    public (int Tries, int Failures) AddFailure(TimeProvider timeProvider, HealthSettings settings)
    {
        if (_failures == 0 || timeProvider.GetElapsedTime(_began) > settings.FailureWindow)
        {
            Clear();
            _began = timeProvider.GetTimestamp();
        }

        _failures++;
        return (Volatile.Read(ref _successes) + _failures, _failures);
    }

    public void Clear()
    {
        _failures = 0;
        Volatile.Write(ref _successes, 0);
    }
}
