using Proxify.Transport;

namespace Proxify.Health;

/// <summary>The checks of one target, one at a time. Owned by the <see cref="CheckLoop"/>.</summary>
internal sealed class CheckTask(TargetHealth target, Action<CheckTask, CheckResult> completed)
{
    private int _underWay;

    public TargetHealth Target { get; } = target;

    /// <summary>When the next check is due; what the queue holds with another time is out of date.</summary>
    public long DueAt { get; set; }

    /// <summary>It waits in the queue for <see cref="DueAt"/>.</summary>
    public bool IsQueued { get; set; }

    /// <summary>No check begins any more.</summary>
    public bool IsStopped { get; set; }

    public bool IsUnderWay => Volatile.Read(ref _underWay) != 0;

    public long StartedAt { get; private set; }

    public TimeSpan Timeout { get; private set; }

    public CheckSettings Settings { get; private set; } = new();

    /// <summary>Where the check that is under way goes.</summary>
    public TcpEndpoint Endpoint { get; private set; }

    /// <summary>False when the app wants no checks.</summary>
    public bool TryBegin(long now)
    {
        if (Target.App?.Settings is not { Check: { } check } settings)
            return false;
        (StartedAt, Timeout, Settings) = (now, settings.CheckTimeout, check);
        Endpoint = new TcpEndpoint(check.Address is { } address ? new TcpEndpoint(address, 1).Address : Target.Endpoint.Address, (ushort)(check.Port ?? Target.Endpoint.Port),
            check.Address is null ? Target.Endpoint.ScopeId : 0);
        Volatile.Write(ref _underWay, 1);
        return true;
    }

    /// <summary>From any thread, once for each check begun.</summary>
    public void Complete(CheckResult result)
    {
        if (Interlocked.Exchange(ref _underWay, 0) != 0)
            completed(this, result);
    }
}
