namespace Proxify.Health;

/// <summary>
/// A target's passive record: what its dials say, how often it was ejected, and when it may be tried again. Times are timestamps of the clock.
/// </summary>
internal sealed class Ejection(TimeProvider timeProvider)
{
    private const int MostDoublings = 30;

    private readonly FailureWindow _window = new();
    private int _failures;
    private int _earlyCloses;
    private int _level;
    private long _backAt;
    private TimeSpan _lasts;
    private int _goodChecks;
    private bool _checkFailed;

    public EjectPhase Phase { get; private set; }

    public EjectCause Cause { get; private set; }

    /// <summary>How long the latest ejection lasts.</summary>
    public TimeSpan Lasts => _lasts;

    /// <summary>Ejections that count for how long the next one lasts.</summary>
    public int Level => _level;

    /// <summary>Connects that have failed in a row.</summary>
    public int Failures => _failures;

    /// <summary>Sessions in a row that the target has ended without a byte.</summary>
    public int EarlyCloses => _earlyCloses;

    /// <summary>The trial has connected. Of a target that closes at once this says nothing yet.</summary>
    public bool IsTrialConnected { get; set; }

    /// <summary>A dial ended well: of no effect while nothing is wrong.</summary>
    public void TakeSuccess(HealthSettings settings)
    {
        _failures = 0;
        if (settings.FailureRate > 0)
            _window.AddSuccess();
    }

    /// <returns>Why the target has to be ejected now, or null.</returns>
    public EjectCause? TakeFailure(bool timedOut, HealthSettings settings)
    {
        // One timeout costs a client as much as thousands of refusals: it is enough.
        _failures = timedOut ? Math.Max(_failures + 1, settings.EjectAfter) : _failures + 1;
        if (settings.EjectAfter > 0 && _failures >= settings.EjectAfter)
            return timedOut ? EjectCause.TimedOut : EjectCause.Refused;
        return IsRateReached(settings) ? EjectCause.FailureRate : null;
    }

    /// <summary>A session ended as sessions do.</summary>
    public void TakeSession() => _earlyCloses = 0;

    /// <summary>
    /// The target has ended a session without a byte. In a row with those of other sessions, whatever connects have succeeded meanwhile: its own has, too.
    /// </summary>
    /// <returns>Whether the target has to be ejected now.</returns>
    public bool TakeEarlyClose(HealthSettings settings)
    {
        _window.TakeBackSuccess();
        return (++_earlyCloses >= settings.EjectAfter && settings.EjectAfter > 0) | IsRateReached(settings);
    }

    /// <summary>Longer than the last time, unless it has been good since for as long as it was out.</summary>
    public void Eject(EjectCause cause, HealthSettings settings)
    {
        if (Phase == EjectPhase.In && _level > 0 && timeProvider.GetElapsedTime(_backAt) >= _lasts)
            _level = 0;
        // Compared as a factor: a day doubled 30 times is no TimeSpan any more.
        var factor = Math.Pow(2, Math.Min(_level, MostDoublings));
        _lasts = factor < settings.EjectMax / settings.EjectFor ? settings.EjectFor * factor : settings.EjectMax;
        _level++;
        Phase = EjectPhase.Out;
        Cause = cause;
        _failures = 0;
        _earlyCloses = 0;
        _goodChecks = 0;
        _checkFailed = false;
        _window.Clear();
    }

    /// <summary>Goes on where another process has come to. A trial that was under way there is open here.</summary>
    public void Resume(EjectPhase phase, EjectCause cause, int level, TimeSpan lasts)
    {
        (Phase, Cause, _level, _lasts) = (phase == EjectPhase.Trying ? EjectPhase.TrialOpen : phase, cause, level, lasts);
        _backAt = timeProvider.GetTimestamp();
    }

    public void OpenTrial() => Phase = EjectPhase.TrialOpen;

    public void BeginTrial()
    {
        Phase = EjectPhase.Trying;
        IsTrialConnected = false;
    }

    public void Return()
    {
        Phase = EjectPhase.In;
        _failures = 0;
        _backAt = timeProvider.GetTimestamp();
    }

    /// <summary>As if it had never been ejected.</summary>
    public void Forget()
    {
        Phase = EjectPhase.In;
        _failures = 0;
        _earlyCloses = 0;
        _level = 0;
        _window.Clear();
    }

    /// <returns>Whether active checks end the ejection: <c>Rise</c> good ones in a row, if checks see what sessions see.</returns>
    public bool TakeCheck(bool good, HealthSettings settings)
    {
        if (Phase == EjectPhase.In)
            return false;
        _checkFailed |= !good;
        _goodChecks = good ? _goodChecks + 1 : 0;
        return _goodChecks >= settings.Rise && AreBelieved(settings.Check);
    }

    private bool IsRateReached(HealthSettings settings) =>
        settings.FailureRate > 0 && _window.AddFailure(timeProvider, settings) is var (tries, failures) && tries >= settings.FailureTries
            && failures >= settings.FailureRate * tries;

    private bool AreBelieved(CheckSettings? check) => Cause switch
    {
        _ when check is null => false,
        EjectCause.Silent or EjectCause.EarlyClose => check.NeedsAnswer,
        // Checks that have seen the trouble as well may say that it is over. Those that have not may once: the next ejection shows that they were wrong.
        EjectCause.TimedOut or EjectCause.FailureRate => _checkFailed || (_level <= 1 && check.IsOfTargetItself),
        _ => _checkFailed || check.IsOfTargetItself,
    };
}
