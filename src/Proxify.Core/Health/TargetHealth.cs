using Proxify.Balancing;
using Proxify.Transport;

namespace Proxify.Health;

/// <summary>
/// Whether one endpoint of an app may get sessions: what active checks say of it, and what its sessions do. Watches nothing until a <see cref="HealthMonitor"/>
/// follows it. Guarded by its app's gate, since panic is a matter of all targets together; a session that finds all well takes no lock, unless
/// <see cref="HealthSettings.FailureRate"/> counts every dial.
/// </summary>
/// <param name="name">In logs and metrics.</param>
/// <param name="host">The target's host as configured, an IPv6 address without brackets: whom TLS checks ask for.</param>
/// <param name="endpoint">Where sessions go.</param>
/// <param name="load">Whose <see cref="TargetLoad.IsAvailable"/> is kept here.</param>
internal sealed class TargetHealth(string name, string host, TcpEndpoint endpoint, TargetLoad load)
{
    private volatile AppHealth? _app;
    private volatile bool _needsCare;

    public string Name { get; } = name;

    public string Host { get; } = host;

    public TcpEndpoint Endpoint { get; } = endpoint;

    /// <summary>Whether the target is thought to be good. In panic it may get sessions all the same.</summary>
    public bool IsUp => Record is not { } record || record.IsUp;

    /// <summary>The same, and not only for a trial.</summary>
    public bool IsBack => Record is not { } record || record.IsSettledUp;

    public TargetLoad Load { get; } = load;

    /// <summary>Null while nobody watches.</summary>
    public AppHealth? App => _app;

    /// <summary>Null while nobody watches.</summary>
    public TargetRecord? Record { get; private set; }

    public HealthReport Report() => _app?.Report(this) ?? HealthReport.Unwatched;

    /// <summary>For another process; null: it is as good as new, or nobody watches.</summary>
    public HealthState? Describe() => _app?.Describe(this);

    /// <summary>Another process has watched it until now.</summary>
    public void Resume(HealthState state) => _app?.Resume(this, state);

    /// <summary>Timestamp of the latest byte that any session got from it, as far as the sweep for silent targets has seen; 0 before.</summary>
    public long AnsweredAt { get; set; }

    /// <summary>Before a dial. False: the target is being tried by another session, take the next one.</summary>
    /// <param name="isLastResort">There is no next one.</param>
    /// <param name="isTrial">The target is out, and what comes of the session may bring it back: for <see cref="EndDial"/> and <see cref="EndTrial"/>.</param>
    public bool TryBeginDial(bool isLastResort, out bool isTrial)
    {
        isTrial = false;
        return !_needsCare || _app is not { } app || app.TryBeginDial(this, isLastResort, out isTrial);
    }

    /// <summary>After a dial, whatever came of it.</summary>
    public void EndDial(DialOutcome outcome, bool isTrial)
    {
        if ((outcome != DialOutcome.Connected || _needsCare) && _app is { } app)
            app.EndDial(this, outcome, isTrial);
    }

    /// <summary>After a session of an app with <see cref="HealthSettings.EarlyClose"/>.</summary>
    /// <param name="good">False: the target has closed early. Null: the client left before anything could be seen.</param>
    /// <param name="isTrial">As <see cref="TryBeginDial"/> said.</param>
    public void EndSession(bool? good, bool isTrial)
    {
        if ((good == false || _needsCare) && _app is { } app)
            app.EndSession(this, good, isTrial);
    }

    /// <summary>After the session that was the trial of a silent target, or as soon as any session has got a byte from it.</summary>
    public void EndTrial(bool? answered) => _app?.EndTrial(this, answered);

    /// <summary>It has taken a client's bytes and answered nobody within <see cref="HealthSettings.FirstByte"/>, while a sibling has.</summary>
    public void NoteSilence() => _app?.NoteSilence(this);

    /// <param name="result">How a check has ended.</param>
    /// <param name="problem">What it has found; null: no more than the result says.</param>
    public void TakeCheck(CheckResult result, string? problem = null) => _app?.TakeCheck(this, result, problem);

    /// <summary>Under the gate of <paramref name="app"/>.</summary>
    public void Join(AppHealth app, TargetRecord record)
    {
        Record = record;
        _app = app;
    }

    /// <summary>No longer watched; who still picks it may dial it.</summary>
    public void Leave()
    {
        _app = null;
        Record?.Dispose();
        Record = null;
        _needsCare = false;
        Load.IsAvailable = true;
    }

    /// <summary>Under the gate, after each change of the record: whether sessions have to ask.</summary>
    public void Refresh(HealthSettings settings) => _needsCare = settings.FailureRate > 0
        || (Record is { } record && (record.Ejection.Phase != EjectPhase.In || record.Ejection.Failures > 0 || record.Ejection.EarlyCloses > 0));
}
