using Proxify.Transport;

namespace Proxify.Health;

/// <summary>The checks of one target, one at a time. Owned by the <see cref="CheckLoop"/>.</summary>
internal sealed class CheckTask(TargetHealth target, Action<CheckTask, CheckResult> completed)
{
    /// <summary>Later than this no timer comes, however busy the machine is, unless this process, or its machine, was stopped.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    private int _underWay;
    private bool _hasSlept;

    public TargetHealth Target { get; } = target;

    /// <summary>When the next check is due; what the queue holds with another time is out of date.</summary>
    public long DueAt { get; set; }

    /// <summary>It waits in the queue for <see cref="DueAt"/>.</summary>
    public bool IsQueued { get; set; }

    /// <summary>What an entry of a queue with this time stands for is still wanted.</summary>
    public bool IsQueuedFor(long due) => IsQueued && !IsStopped && DueAt == due;

    /// <summary>The place that the check under way has.</summary>
    public CheckPlaces? Place { get; set; }

    /// <summary>No check begins any more.</summary>
    public bool IsStopped { get; set; }

    public bool IsUnderWay => Volatile.Read(ref _underWay) != 0;

    public long StartedAt { get; private set; }

    public TimeSpan Timeout { get; private set; }

    public CheckSettings Settings { get; private set; } = new();

    /// <summary>Where the check that is under way goes.</summary>
    public TcpEndpoint Endpoint { get; private set; }

    /// <summary>What is wrong with the target, where more is known of it than the check's result; null as a rule.</summary>
    public string? Problem { get; set; }

    /// <summary>False when the app wants no checks.</summary>
    public bool TryBegin(long now)
    {
        if (Target.App?.Settings is not { Check: { } check } settings)
            return false;
        (StartedAt, Timeout, Settings, Problem) = (now, settings.CheckTimeout, check, null);
        var endpoint = check.Address is { } address ? new TcpEndpoint(address, Target.Endpoint.Port) : Target.Endpoint;
        Endpoint = endpoint with { Port = (ushort)(check.Port ?? endpoint.Port) };
        _hasSlept = false;
        Volatile.Write(ref _underWay, 1);
        return true;
    }

    /// <summary>
    /// Whether the check has had its time. If nobody has looked until long after, the silence was ours (SIGSTOP, a frozen VM), and the answer may be waiting,
    /// or still has to come: then it gets its time anew, once.
    /// </summary>
    public bool IsTimeOver(TimeProvider timeProvider)
    {
        var elapsed = timeProvider.GetElapsedTime(StartedAt);
        if (elapsed < Timeout || _hasSlept || elapsed < Timeout + LongestDelay)
            return elapsed >= Timeout;
        _hasSlept = true;
        StartedAt = timeProvider.GetTimestamp();
        return false;
    }

    /// <summary>From any thread, once for each check begun.</summary>
    public void Complete(CheckResult result)
    {
        if (Interlocked.Exchange(ref _underWay, 0) != 0)
            completed(this, result);
    }
}
