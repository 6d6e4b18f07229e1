using Proxify.Transport.Relaying;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Moves bytes between two connections: one pump per direction, a timer for both. The first cause to end the relay wins and is its outcome; it also resets the
/// sockets, which is what ends the pumps. Only when both have ended are the sockets closed, so no pump ever meets a closed descriptor. A relay that is
/// suspended touches no socket: its pumps stop by themselves and put back what they hold.
/// </summary>
internal sealed class SocketsRelay : IRelayQueues
{
    /// <summary>Timers take 49 days at most; a limit beyond is waited for in several goes.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly TimeProvider _timeProvider;
    private readonly long _started;
    private readonly SocketsConnection _client;
    private readonly SocketsConnection _target;
    private readonly SocketsPump _upstream;
    private readonly SocketsPump _downstream;
    private readonly SilenceLimit _silence = new();
    private readonly ITimer _timer;
    private RelayEnding _ending;
    private TaskCompletionSource? _over;
    private volatile bool _isSuspending;

    public SocketsRelay(SocketsTransport transport, SocketsConnection client, SocketsConnection target, RelayTimeouts timeouts)
    {
        _timeProvider = transport.TimeProvider;
        _started = _timeProvider.GetTimestamp();
        _client = client;
        _target = target;
        _upstream = new SocketsPump(this, RelaySide.Client, client, target, transport.Budget);
        _downstream = new SocketsPump(this, RelaySide.Target, target, client, transport.Budget);
        _silence.Start(timeouts, Now);
        _timer = _timeProvider.CreateTimer(static relay => ((SocketsRelay)relay!).CheckSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        CheckSilence();
    }

    public long AcknowledgedBytes => _client.AcknowledgedBytes + _target.AcknowledgedBytes;

    /// <summary>Whether a peer is lost: nothing ends in order any more.</summary>
    public bool HasLost => _ending.Lost is not null;

    /// <summary>Nothing is waited for any more.</summary>
    public bool IsSuspending => _isSuspending;

    public bool HaveWork => _upstream.HasWork || _downstream.HasWork;

    /// <summary>Of a peer that seems lost because we have been told to abort the relay, too.</summary>
    private RelayEnd LostEnd => _client.IsAborted ? RelayEnd.Aborted : _ending.Lost!.Value;

    public TimeSpan Silence => TimeSpan.FromMilliseconds(Math.Max(0, Now - _silence.LastActivity));

    private long Now => (long)_timeProvider.GetElapsedTime(_started).TotalMilliseconds;

    public async ValueTask<RelayEnd> RunAsync()
    {
        while (true)
        {
            var upstream = _upstream.RunAsync();
            var downstream = _downstream.RunAsync();
            await upstream;
            await downstream;
            if ((_upstream.IsOver && _downstream.IsOver) || _ending.IsOver || (!HasLost && _ending.TryEnd(RelayEnd.Suspended)))
                break;
            _isSuspending = false; // a peer was lost meanwhile
        }

        // Whoever has noticed the loss may still be waiting for the acknowledgements.
        if (_ending.Lost is { } lost)
            await DeliverAsync(lost == RelayEnd.ClientReset ? _upstream : _downstream);
        await _timer.DisposeAsync();

        _ending.TryEnd(RelayEnd.Done);
        _target.HasEndedFirst = _ending.HasTargetEndedFirst;
        switch (_ending.End)
        {
            case RelayEnd.Done:
                _client.Close();
                _target.Close();
                break;
            case RelayEnd.Suspended:
                _client.KeepSilence(Silence);
                _client.LeaveRelay();
                _target.LeaveRelay();
                break;
            default:
                _client.Reset();
                _target.Reset();
                break;
        }

        return _ending.End;
    }

    /// <summary>
    /// From any thread: lets both pumps stop where they would wait. Where a peer is lost, before or meanwhile, the relay goes on: an error that is off the
    /// socket already would be forgotten.
    /// </summary>
    public void Suspend()
    {
        if (_ending.IsOver || HasLost || _upstream.IsTransformed)
            return;
        _isSuspending = true;
        _client.Wake();
        _target.Wake();
    }

    public void Abort() => End(RelayEnd.Aborted);

    /// <summary>A byte has moved.</summary>
    public void Touch() => _silence.Touch(Now);

    public async ValueTask OnFinAsync(SocketsPump pump)
    {
        var step = _ending.OnEnded(pump.Source);
        // Not before: a peer that is gone answers what it is told last with a reset, which ends nothing any more.
        var isTold = step is EndingStep.HalfClose or EndingStep.Close && await pump.TrySendEndAsync();
        switch (step)
        {
            case EndingStep.GoOn:
                pump.From.WatchForReset();
                break;
            case EndingStep.HalfClose:
                // Who has gone is sent no FIN: behind one, what a receive gives could not be told from its own.
                if (isTold)
                    pump.To.ShutdownWire();
                pump.From.WatchForReset();
                _silence.EnterHalfClose(Now);
                CheckSilence();
                break;
            case EndingStep.AwaitAcknowledgement:
                await DeliverAsync(pump);
                break;
        }
    }

    public ValueTask OnReceiveFailedAsync(SocketsPump pump) => LoseAsync(pump, isDrained: true);

    /// <summary>
    /// What the destination sent before its RST may still wait in its receive queue: the other pump delivers that first, unless it has ended.
    /// </summary>
    public ValueTask OnSendFailedAsync(SocketsPump pump)
    {
        pump.From.WatchForReset();
        return LoseAsync(Opposite(pump), isDrained: false);
    }

    /// <summary>The watcher has seen a reset on a connection that perhaps nobody receives from. Not on a pump's thread.</summary>
    public void OnReset(SocketsConnection connection) => _ = LoseAsync(connection == _client ? _upstream : _downstream, isDrained: false).AsTask();

    /// <summary>
    /// One peer is gone. What it sent is delivered to the other one, which then sees the reset; what was on its way to it is dropped. When the other one is
    /// gone too, nobody is left to deliver to.
    /// </summary>
    private async ValueTask LoseAsync(SocketsPump rest, bool isDrained)
    {
        if (_client.IsAborted)
        {
            End(RelayEnd.Aborted);
            return;
        }

        var step = _ending.OnLost(rest.Source);
        if (step is EndingStep.DeliverRest or EndingStep.AwaitAcknowledgement)
        {
            _silence.EnterDelivery(Now);
            CheckSilence();
        }

        if (isDrained && step is (EndingStep.DeliverRest or EndingStep.GoOn))
            step = _ending.OnEnded(rest.Source);
        if (step == EndingStep.Reset)
            End(LostEnd);
        else if (step == EndingStep.AwaitAcknowledgement)
            await DeliverAsync(rest);
    }

    /// <summary>Resets both once the other peer has acknowledged all that the lost one sent.</summary>
    private async ValueTask DeliverAsync(SocketsPump rest)
    {
        var over = LazyInitializer.EnsureInitialized(ref _over, static () => new(TaskCreationOptions.RunContinuationsAsynchronously));
        Interlocked.MemoryBarrier(); // End() ends, then looks for somebody who waits; here it is the other way round.
        for (var pause = RelayEnding.NextPause(0); !_ending.IsOver && rest.To.UnacknowledgedBytes > 0; pause = RelayEnding.NextPause(pause))
            await Task.WhenAny(over.Task, Task.Delay(TimeSpan.FromMilliseconds(pause), _timeProvider));
        End(LostEnd);
    }

    private void End(RelayEnd end)
    {
        if (!_ending.TryEnd(end))
            return;
        _client.Disconnect();
        _target.Disconnect();
        Volatile.Read(ref _over)?.TrySetResult();
    }

    /// <summary>The timer is set once and checked when it fires: traffic costs a timestamp, not a timer.</summary>
    private void CheckSilence()
    {
        // A pump that enters half-close and the timer may meet here: the later one, which knows the limit of now, has to set the timer last.
        lock (_timer)
        {
            var now = Now;
            var next = _silence.Look(now, this);
            if (next == SilenceLimit.Over)
                End(_ending.Lost ?? _silence.Kind);
            else if (next != SilenceLimit.Never)
                _timer.Change(TimeSpan.FromMilliseconds(Math.Min(next - now, (long)LongestTimer.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    private SocketsPump Opposite(SocketsPump pump) => pump == _upstream ? _downstream : _upstream;
}
