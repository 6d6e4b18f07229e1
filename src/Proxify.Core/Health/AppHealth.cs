using Microsoft.Extensions.Logging;
using Proxify.Telemetry;

namespace Proxify.Health;

/// <summary>
/// The targets of an app together: every event goes through its gate, and after each change <see cref="Panic"/> says who may be picked. What an event changes
/// is <see cref="EjectRules"/>' to say.
/// </summary>
internal sealed class AppHealth(string name, TimeProvider timeProvider, ILogger logger, CheckLoop loop, IHealthObserver observer)
{
    private readonly Lock _gate = new();
    private readonly Panic _panic = new(name, timeProvider, logger);
    private HealthMember[] _members = [];
    private volatile HealthSettings _settings = HealthSettings.Off;

    public string Name { get; } = name;

    public HealthSettings Settings => _settings;

    /// <summary>Those of the latest <see cref="Apply"/>: the list never changes, another one takes its place.</summary>
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
                target.Record!.Apply(settings);
                target.Refresh(settings);
            }

            _panic.Publish(_members, settings);
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

    public HealthReport Report(TargetHealth target)
    {
        lock (_gate)
            return target.Record?.Report() ?? HealthReport.Unwatched;
    }

    public HealthState? Describe(TargetHealth target)
    {
        lock (_gate)
            return target.Record?.Describe();
    }

    /// <summary>Another process has watched the target until now.</summary>
    public void Resume(TargetHealth target, HealthState state)
    {
        lock (_gate)
        {
            if (target.Record is not { } record)
                return;
            record.Resume(state, _settings);
            Settle(target, record);
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
                record.BeginTrial(_settings);
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
        var news = News.None;
        lock (_gate)
        {
            if (target.Record is { } record)
                news = Take(target, record, isTrial && record.Ejection.Phase != EjectPhase.In
                    ? EjectRules.AfterTrialDial(record, outcome, _settings) : EjectRules.AfterDial(record, outcome, _settings));
        }

        Tell(target, news);
    }

    public void EndSession(TargetHealth target, bool? good, bool isTrial)
    {
        var news = News.None;
        lock (_gate)
        {
            if (target.Record is { } record)
                news = Take(target, record, EjectRules.AfterSession(record, good, isTrial, _settings));
        }

        Tell(target, news);
    }

    public void EndTrial(TargetHealth target, bool? answered)
    {
        var news = News.None;
        lock (_gate)
        {
            if (target.Record is { } record)
                news = Take(target, record, EjectRules.AfterSilentTrial(record, answered));
        }

        Tell(target, news);
    }

    public void NoteSilence(TargetHealth target)
    {
        var news = News.None;
        lock (_gate)
        {
            if (target.Record is { Ejection.Phase: EjectPhase.In } record)
                news = Take(target, record, EjectStep.Eject(EjectCause.Silent));
        }

        Tell(target, news);
    }

    public void TakeCheck(TargetHealth target, CheckResult result, string? problem)
    {
        if (result == CheckResult.NotMade)
            return;
        var isGood = result == CheckResult.Good;
        (isGood ? ChecksGood : ChecksBad).Add(1);
        var news = News.None;
        lock (_gate)
        {
            // A check that was under way when checks were turned off says nothing any more.
            if (target.Record is not { } record || _settings.Check is null)
                return;
            if (!isGood)
                record.LastFailure = result.ToText(problem);
            var hasChanged = record.Checks.Take(isGood, _settings);
            if (record.Ejection.TakeCheck(isGood, _settings))
            {
                Take(target, record, EjectStep.Return("its checks succeed"));
            }
            else if (hasChanged)
            {
                record.LogChecks(logger, Name, target.Name, result, problem, _settings);
                news = isGood ? News.None : News.Down;
                WarmUp(target, record);
                Settle(target, record);
            }
        }

        Tell(target, news);
    }

    private void PassTime(TargetHealth target)
    {
        lock (_gate)
        {
            if (target.Record is { } record)
                Take(target, record, EjectRules.AfterTime(record));
        }
    }

    private News Take(TargetHealth target, TargetRecord record, EjectStep step)
    {
        switch (step.Kind)
        {
            case EjectStepKind.Eject:
                record.Eject(step.Cause, _settings);
                Ejections.Add(1);
                record.LogEjected(logger, Name, target.Name);
                Settle(target, record);
                return step.Cause == EjectCause.Silent ? News.Down : News.Out;
            case EjectStepKind.Return:
                record.Return();
                WarmUp(target, record);
                record.LogBack(logger, Name, target.Name, step.Why!);
                Settle(target, record);
                return News.None;
            case EjectStepKind.OpenTrial:
                record.Ejection.OpenTrial();
                Settle(target, record);
                return News.None;
            case EjectStepKind.WatchTrial:
                record.WatchTrial(_settings.EarlyClose!.Value);
                return News.None;
            default:
                target.Refresh(_settings);
                return News.None;
        }
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
        _panic.Publish(_members, _settings);
    }

    /// <summary>Outside of the gate: whoever is told may look at other targets.</summary>
    private void Tell(TargetHealth target, News news)
    {
        if (news == News.None)
            return;
        loop.Hurry(target);
        if (news == News.Down)
            observer.WentDown(target);
    }

    /// <summary>What others have to know of a change.</summary>
    private enum News
    {
        None,

        /// <summary>Ejected: its checks go at the fast pace.</summary>
        Out,

        /// <summary>Down by checks, or silent: its sessions may have to end, too.</summary>
        Down,
    }
}
