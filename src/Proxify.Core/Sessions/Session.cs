using Proxify.Model;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Sessions;

/// <summary>One client connection and, once dialled, its target connection.</summary>
internal sealed class Session(Connection client, AppModel app, long startedAt)
{
    private CancellationTokenSource? _aborting;
    private volatile bool _isAborted;

    public Connection Client { get; } = client;

    public AppModel App { get; } = app;

    /// <summary><see cref="TimeProvider.GetTimestamp"/> at accept.</summary>
    public long StartedAt { get; } = startedAt;

    public Connection? Target { get; set; }

    /// <summary>The endpoint whose session this is, from before its dial on; its load counts it until <see cref="LeaveTarget"/>.</summary>
    public TargetState? TargetState { get; private set; }

    /// <summary>From the first dial to the connection; null while there is none.</summary>
    public TimeSpan? ConnectTime { get; set; }

    /// <summary>Dials made.</summary>
    public int Tries { get; set; }

    /// <summary>Set before <see cref="Abort"/>: what an aborted session is logged as.</summary>
    public TerminationReason AbortReason { get; private set; } = TerminationReason.Drained;

    /// <summary>It decides whether a target that was ejected for its silence is back.</summary>
    public bool IsTrial { get; set; }

    /// <summary>The sweep's own: when it first saw the client's bytes without an answer, 0 before, and what it has seen of the answer.</summary>
    internal long UnansweredSince { get; set; }

    internal long SeenFromTarget { get; set; }

    // The registry's links; guarded by its lock.
    internal Session? Next { get; set; }

    internal Session? Previous { get; set; }

    public void EnterTarget(TargetState target)
    {
        TargetState = target;
        target.Load.Enter();
    }

    public void LeaveTarget()
    {
        TargetState?.Load.Leave();
        TargetState = null;
    }

    /// <summary>From any thread: resets both sides, whatever the session is doing.</summary>
    public void Abort(TerminationReason reason)
    {
        AbortReason = reason;
        _isAborted = true;
        Interlocked.MemoryBarrier(); // Waiting() sets the source, then looks at the flag; here it is the other way round.
        _aborting?.Cancel();
        Client.Abort();
    }

    /// <summary>For a wait that is not one on the client's connection: is cancelled by <see cref="Abort"/>. Called by the session itself; few ever do.</summary>
    public CancellationToken Waiting()
    {
        _aborting ??= new CancellationTokenSource();
        Interlocked.MemoryBarrier();
        return _isAborted ? new CancellationToken(canceled: true) : _aborting.Token;
    }
}
