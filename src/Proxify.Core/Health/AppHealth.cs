using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Health;

/// <summary>
/// The targets of an app together: every event goes through its gate, and after each change it says who may be picked. That is who is up; or everybody, in
/// panic: when too few are up, trying a target that is probably bad is better than refusing the client.
/// </summary>
internal sealed class AppHealth(string name, TimeProvider timeProvider, ILogger logger, IHealthEvents events)
{
    private readonly Lock _gate = new();
    private readonly LineBudget _lines = new(timeProvider);
    private HealthMember[] _members = [];
    private bool _isPanicking;
    private bool _hasSaidPanic;
    private volatile HealthSettings _settings = HealthSettings.Off;

    public string Name { get; } = name;

    public HealthSettings Settings => _settings;

    /// <summary>A copy of nothing: the array is replaced, never changed.</summary>
    public IReadOnlyList<HealthMember> Members => _members;

    /// <summary>The <see cref="CheckLoop"/>'s.</summary>
    public CheckPlaces CheckPlaces { get; } = new();

    /// <summary>Checks made, by how they ended.</summary>
    public StripedCounter ChecksGood { get; } = new();

    public StripedCounter ChecksBad { get; } = new();

    public StripedCounter Ejections { get; } = new();

    /// <summary>Takes a new config. Targets that stay keep what is known of them.</summary>
    /// <returns>Those that do not stay.</returns>
    public IReadOnlyList<TargetHealth> Apply(HealthSettings settings, HealthMember[] members)
    {
        lock (_gate)
        {
            _settings = settings;
            var wanted = members.Select(m => m.Target).ToHashSet();
            TargetHealth[] gone = [.. _members.Select(m => m.Target).Where(target => !wanted.Contains(target))];
            foreach (var target in gone)
                target.Leave();
            _members = members;
            foreach (var (target, _, _) in members)
            {
                if (target.App != this)
                    target.Join(this, new TargetRecord(timeProvider, () => PassTime(target)));
                var record = target.Record!;
                if (settings.Check is null)
                    record.Checks.Forget();
                // Who is out for its silence, or its early closes, comes back by trials that nobody looks at any more.
                if (settings is { EjectAfter: 0, FailureRate: 0, FirstByte: null }
                    || (record.Ejection.Phase != EjectPhase.In && !IsLookedAt(record.Ejection.Cause, settings)))
                    record.Ejection.Forget();
                target.Refresh(settings);
                record.NoteStatus();
            }

            Publish();
            return gone;
        }
    }

    /// <summary>The app is gone.</summary>
    public void Close()
    {
        lock (_gate)
        {
            foreach (var member in _members)
                member.Target.Leave();
            _members = [];
        }
    }

    public bool TryBeginDial(TargetHealth target, bool isLastResort, out bool isTrial)
    {
        lock (_gate)
        {
            isTrial = false;
            if (target.Record is not { } record)
                return true;
            if (record is { Ejection.Phase: EjectPhase.TrialOpen, Checks.IsUp: true })
            {
                isTrial = true;
                record.Ejection.BeginTrial();
                // A trial that decides nothing (the client says nothing, say) leaves room for another one after a while: when the sweep must have seen its
                // silence.
                record.StartTimer(record.Ejection.Cause == EjectCause.Silent && _settings.FirstByte is { } firstByte ? 2 * firstByte : _settings.EjectFor);
                Settle(target, record);
                return true;
            }

            // In panic, or as a last resort. Only who came too late for the trial, and has others left, goes to them.
            isTrial = record.Ejection.Phase != EjectPhase.In;
            return record.Ejection.Phase != EjectPhase.Trying || isLastResort || target.Load.IsAvailable;
        }
    }

    public void EndDial(TargetHealth target, DialOutcome outcome, bool isTrial)
    {
        var notice = Notice.None;
        lock (_gate)
        {
            if (target.Record is not { } record)
                return;
            var ejection = record.Ejection;
            if (isTrial && ejection.Phase != EjectPhase.In)
            {
                // Also when the trial is open anew: a dial may take longer than a trial's time. With checks that fail there is no trial, only panic.
                var isTheTrial = ejection.Phase == EjectPhase.Trying || (ejection.Phase == EjectPhase.TrialOpen && record.Checks.IsUp);
                if (outcome == DialOutcome.Undecided && isTheTrial)
                    OpenTrial(target, record);
                else if (outcome is DialOutcome.Refused or DialOutcome.TimedOut && isTheTrial)
                    notice = Eject(target, record,
                        outcome == DialOutcome.Refused ? EjectCause.Refused : ejection.Cause == EjectCause.Silent ? EjectCause.Silent : EjectCause.TimedOut);
                else if (outcome == DialOutcome.Connected && ejection is { Cause: EjectCause.EarlyClose, Phase: EjectPhase.Trying }
                    && _settings.EarlyClose is { } time)
                    WatchTrial(record, time);
                else if (outcome == DialOutcome.Connected && ejection.Cause is not (EjectCause.Silent or EjectCause.EarlyClose))
                    Return(target, record, "a session connected");
            }
            else if (ejection.Phase == EjectPhase.In && outcome == DialOutcome.Connected)
            {
                ejection.TakeSuccess(_settings);
                target.Refresh(_settings);
            }
            else if (ejection.Phase == EjectPhase.In && outcome is DialOutcome.Refused or DialOutcome.TimedOut)
            {
                var cause = ejection.TakeFailure(outcome == DialOutcome.TimedOut, _settings);
                target.Refresh(_settings);
                if (cause is { } why)
                    notice = Eject(target, record, why);
            }
        }

        Tell(target, notice);
    }

    public void EndSession(TargetHealth target, bool? good, bool isTrial)
    {
        var notice = Notice.None;
        lock (_gate)
        {
            if (target.Record is not { } record)
                return;
            var ejection = record.Ejection;
            if (ejection.Phase == EjectPhase.In)
            {
                if (good == true)
                    ejection.TakeSession();
                var mustEject = good == false && ejection.TakeEarlyClose(_settings);
                target.Refresh(_settings);
                if (mustEject)
                    notice = Eject(target, record, EjectCause.EarlyClose);
            }
            else if (isTrial && ejection.Cause == EjectCause.EarlyClose)
            {
                if (good == true)
                    Return(target, record, "a session got an answer");
                else if (ejection.Phase == EjectPhase.Trying && good == false)
                    notice = Eject(target, record, EjectCause.EarlyClose);
                else if (ejection.Phase == EjectPhase.Trying)
                    OpenTrial(target, record);
            }
        }

        Tell(target, notice);
    }

    /// <param name="target">Ejected for silence.</param>
    /// <param name="answered">Null: the trial's client has asked nothing.</param>
    public void EndTrial(TargetHealth target, bool? answered)
    {
        var notice = Notice.None;
        lock (_gate)
        {
            if (target.Record is not { Ejection: { Phase: not EjectPhase.In, Cause: EjectCause.Silent } ejection } record)
                return;
            if (answered == true)
                Return(target, record, "a session got an answer");
            else if (ejection.Phase == EjectPhase.Trying && answered == false)
                notice = Eject(target, record, EjectCause.Silent);
            else if (ejection.Phase == EjectPhase.Trying)
                OpenTrial(target, record);
        }

        Tell(target, notice);
    }

    public void NoteSilence(TargetHealth target)
    {
        var notice = Notice.None;
        lock (_gate)
        {
            if (target.Record is { Ejection.Phase: EjectPhase.In } record)
                notice = Eject(target, record, EjectCause.Silent);
        }

        Tell(target, notice);
    }

    public void TakeCheck(TargetHealth target, CheckResult result)
    {
        if (result == CheckResult.NotMade)
            return;
        var good = result == CheckResult.Good;
        (good ? ChecksGood : ChecksBad).Add(1);
        var notice = Notice.None;
        lock (_gate)
        {
            // A check that was under way when checks were turned off says nothing any more.
            if (target.Record is not { } record || _settings.Check is null)
                return;
            var hasChanged = record.Checks.Take(good, _settings);
            var isOver = record.Ejection.TakeCheck(good, _settings);
            if (isOver)
            {
                Return(target, record, "its checks succeed");
            }
            else if (hasChanged)
            {
                if (record.Lines.TryPass(out var suppressed))
                {
                    if (good)
                        HealthLog.TargetUp(logger, Name, target.Name, Count.Of(_settings.Rise, "check"), suppressed);
                    else
                        HealthLog.TargetDown(logger, Name, target.Name, Count.Of(_settings.Fall, "check"), Describe(result), suppressed);
                }

                notice = good ? Notice.None : Notice.Down;
                WarmUp(target, record);
                Settle(target, record);
            }
        }

        Tell(target, notice);
    }

    /// <summary>The ejection, or the trial's time, is over.</summary>
    private void PassTime(TargetHealth target)
    {
        lock (_gate)
        {
            if (target.Record is { Ejection: { Phase: EjectPhase.Trying, IsTrialConnected: true } } tried)
                Return(target, tried, "a session goes on");
            else if (target.Record is { Ejection.Phase: EjectPhase.Out or EjectPhase.Trying } record)
                OpenTrial(target, record);
        }
    }

    /// <summary>A target that closes at once has done so by then. Those who connect as a last resort meanwhile do not put it off.</summary>
    private static void WatchTrial(TargetRecord record, TimeSpan time)
    {
        if (record.Ejection.IsTrialConnected)
            return;
        record.Ejection.IsTrialConnected = true;
        record.StartTimer(time);
    }

    private void OpenTrial(TargetHealth target, TargetRecord record)
    {
        record.Ejection.OpenTrial();
        Settle(target, record);
    }

    private Notice Eject(TargetHealth target, TargetRecord record, EjectCause cause)
    {
        record.Ejection.Eject(cause, _settings);
        record.StartTimer(record.Ejection.Lasts);
        Ejections.Add(1);
        if (record.Lines.TryPass(out var suppressed))
            HealthLog.TargetEjected(logger, Name, target.Name, record.Ejection.Lasts.TotalSeconds, Describe(cause), suppressed);
        Settle(target, record);
        return cause == EjectCause.Silent ? Notice.Down : Notice.Out;
    }

    private void Return(TargetHealth target, TargetRecord record, string why)
    {
        record.Ejection.Return();
        record.StopTimer();
        WarmUp(target, record);
        if (record.Lines.TryPass(out var suppressed))
            HealthLog.TargetBack(logger, Name, target.Name, why, suppressed);
        Settle(target, record);
    }

    /// <summary>
    /// Back for good, and not only for a trial: from now on it takes its share of sessions bit by bit. Before it is available, so that nobody finds it warm.
    /// </summary>
    private void WarmUp(TargetHealth target, TargetRecord record)
    {
        if (record.IsSettledUp)
            target.Load.BeginWarmUp(_settings.SlowStart, timeProvider);
    }

    private void Settle(TargetHealth target, TargetRecord record)
    {
        record.NoteStatus();
        target.Refresh(_settings);
        Publish();
    }

    /// <summary>Who may be picked. Those who may are told first, so that nobody meets a moment at which there is none.</summary>
    private void Publish()
    {
        var (own, ownUp, backupsUp) = (0, 0, 0);
        foreach (var (target, takesSessions, isBackup) in _members)
        {
            if (!takesSessions)
                continue;
            if (isBackup)
            {
                backupsUp += target.IsUp ? 1 : 0;
                continue;
            }

            own++;
            ownUp += target.IsUp ? 1 : 0;
        }

        // Backups are there for a day on which all others are down; only with them gone as well is everybody tried.
        var isPanicking = _members.Length > 0 && (ownUp == 0 ? backupsUp == 0 : ownUp < _settings.PanicBelow * own);
        foreach (var pass in (ReadOnlySpan<bool>)[true, false])
        {
            foreach (var (target, _, isBackup) in _members)
            {
                var isAvailable = target.IsUp || (isPanicking && (ownUp == 0 || !isBackup));
                if (isAvailable == pass && target.Load.IsAvailable != isAvailable)
                    target.Load.IsAvailable = isAvailable;
            }
        }

        if (isPanicking == _isPanicking)
            return;
        _isPanicking = isPanicking;
        // Of an app's only target enough is said already, and nothing is over that was not said.
        if (isPanicking ? _members.Length < 2 : !_hasSaidPanic)
            return;
        _hasSaidPanic = false;
        if (!_lines.TryPass(out var suppressed))
            return;
        if (isPanicking)
            HealthLog.Panic(logger, Name, ownUp, own, suppressed);
        else
            HealthLog.PanicOver(logger, Name, ownUp + backupsUp, _members.Length, suppressed);
        _hasSaidPanic = isPanicking;
    }

    private void Tell(TargetHealth target, Notice notice)
    {
        if (notice is Notice.Out or Notice.Down)
            events.WentOut(target);
        if (notice == Notice.Down)
            events.WentDown(target);
    }

    private static bool IsLookedAt(EjectCause cause, HealthSettings settings) => cause switch
    {
        EjectCause.Silent => settings.FirstByte is not null,
        EjectCause.EarlyClose => settings.EarlyClose is not null,
        _ => true,
    };

    private static string Describe(CheckResult result) => result switch
    {
        CheckResult.Unreachable => "the connect failed",
        CheckResult.TimedOut => "not done in time",
        _ => "not the answer that was expected",
    };

    private static string Describe(EjectCause cause) => cause switch
    {
        EjectCause.Refused => "connects fail",
        EjectCause.TimedOut => "a connect ran into its timeout",
        EjectCause.FailureRate => "too many connects fail",
        EjectCause.EarlyClose => "it ends sessions without having sent a byte",
        _ => "it takes bytes and answers none",
    };

    private enum Notice
    {
        None,
        Out,
        Down,
    }
}
