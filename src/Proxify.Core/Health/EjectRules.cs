namespace Proxify.Health;

/// <summary>
/// What sessions say of a target: pure rules over its record, called under its app's gate. They count in the record, and say what else has to change.
/// </summary>
internal static class EjectRules
{
    /// <summary>After a dial to a target that was not ejected when the dial began, or whose ejection the dial says nothing of.</summary>
    public static EjectStep AfterDial(TargetRecord record, DialOutcome outcome, HealthSettings settings)
    {
        var ejection = record.Ejection;
        if (ejection.Phase != EjectPhase.In)
            return EjectStep.None;
        if (outcome == DialOutcome.Connected)
            ejection.TakeSuccess(settings);
        else if (outcome is DialOutcome.Refused or DialOutcome.TimedOut && ejection.TakeFailure(outcome == DialOutcome.TimedOut, settings) is { } cause)
            return EjectStep.Eject(cause);
        return EjectStep.None;
    }

    /// <summary>After a dial that tried an ejected target.</summary>
    public static EjectStep AfterTrialDial(TargetRecord record, DialOutcome outcome, HealthSettings settings)
    {
        var ejection = record.Ejection;
        // Also when the trial is open anew: a dial may take longer than a trial's time. With checks that fail there is no trial, only panic.
        var isTheTrial = ejection.Phase == EjectPhase.Trying || (ejection.Phase == EjectPhase.TrialOpen && record.Checks.IsUp);
        return outcome switch
        {
            DialOutcome.Connected => AfterTrialConnect(ejection, settings),
            _ when !isTheTrial => EjectStep.None,
            DialOutcome.Refused => EjectStep.Eject(EjectCause.Refused),
            DialOutcome.TimedOut => EjectStep.Eject(ejection.Cause == EjectCause.Silent ? EjectCause.Silent : EjectCause.TimedOut),
            _ => new(EjectStepKind.OpenTrial),
        };
    }

    /// <param name="record">The target's.</param>
    /// <param name="good">False: the target has closed early. Null: the client left before anything could be seen.</param>
    /// <param name="isTrial">The session tried an ejected target.</param>
    /// <param name="settings">The app's.</param>
    public static EjectStep AfterSession(TargetRecord record, bool? good, bool isTrial, HealthSettings settings)
    {
        var ejection = record.Ejection;
        if (ejection.Phase == EjectPhase.In)
        {
            if (good == true)
                ejection.TakeSession();
            return good == false && ejection.TakeEarlyClose(settings) ? EjectStep.Eject(EjectCause.EarlyClose) : EjectStep.None;
        }

        return isTrial && ejection.Cause == EjectCause.EarlyClose ? AfterTrial(ejection, good) : EjectStep.None;
    }

    /// <summary>After the session that was the trial of a silent target, or as soon as any session has got a byte from it.</summary>
    /// <param name="record">The target's.</param>
    /// <param name="answered">Null: the trial's client has asked nothing.</param>
    public static EjectStep AfterSilentTrial(TargetRecord record, bool? answered) =>
        record.Ejection is { Phase: not EjectPhase.In, Cause: EjectCause.Silent } ejection ? AfterTrial(ejection, answered) : EjectStep.None;

    /// <summary>When the ejection's time, or the trial's, is over.</summary>
    public static EjectStep AfterTime(TargetRecord record) => record.Ejection switch
    {
        { Phase: EjectPhase.Trying, IsTrialConnected: true } => EjectStep.Return("a session goes on"),
        { Phase: EjectPhase.Out or EjectPhase.Trying } => new(EjectStepKind.OpenTrial),
        _ => EjectStep.None,
    };

    private static EjectStep AfterTrialConnect(Ejection ejection, HealthSettings settings)
    {
        if (ejection is { Cause: EjectCause.EarlyClose, Phase: EjectPhase.Trying } && settings.EarlyClose is not null)
            return new(EjectStepKind.WatchTrial);
        // That such a target takes connections was never in doubt.
        return ejection.Cause is EjectCause.Silent or EjectCause.EarlyClose ? EjectStep.None : EjectStep.Return("a session connected");
    }

    private static EjectStep AfterTrial(Ejection ejection, bool? good) => (good, ejection.Phase) switch
    {
        (true, _) => EjectStep.Return("a session got an answer"),
        (false, EjectPhase.Trying) => EjectStep.Eject(ejection.Cause),
        (null, EjectPhase.Trying) => new(EjectStepKind.OpenTrial),
        _ => EjectStep.None,
    };
}
