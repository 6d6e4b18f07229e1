namespace Proxify.Transport.Sockets;

/// <summary>
/// Moves bytes between two connections: one pump per direction, a timer for both. The first cause to end the relay wins and is its outcome; it also resets the
/// sockets, which is what ends the pumps. Only when both have ended are the sockets closed, so no pump ever meets a closed descriptor.
/// </summary>
internal sealed class SocketsRelay : IRelayQueues
{
    private const int Running = -1;

    private static readonly TimeSpan FirstDeliveryCheck = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestDeliveryCheck = TimeSpan.FromMilliseconds(100);

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
    private SocketsPump? _first;
    private int _end = Running;

    public SocketsRelay(SocketsTransport transport, SocketsConnection client, SocketsConnection target, RelayTimeouts timeouts)
    {
        _timeProvider = transport.TimeProvider;
        _started = _timeProvider.GetTimestamp();
        _client = client;
        _target = target;
        _upstream = new SocketsPump(this, client, target, transport.Budget);
        _downstream = new SocketsPump(this, target, client, transport.Budget);
        _silence.Start(timeouts, Now);
        _timer = _timeProvider.CreateTimer(static relay => ((SocketsRelay)relay!).CheckSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        CheckSilence();
    }

    public long AcknowledgedBytes => _client.AcknowledgedBytes + _target.AcknowledgedBytes;

    public bool HaveWork => _upstream.HasWork || _downstream.HasWork;

    private long Now => (long)_timeProvider.GetElapsedTime(_started).TotalMilliseconds;

    public async ValueTask<RelayEnd> RunAsync()
    {
        var upstream = _upstream.RunAsync();
        var downstream = _downstream.RunAsync();
        await upstream;
        await downstream;
        await _timer.DisposeAsync();

        if (Interlocked.CompareExchange(ref _end, (int)RelayEnd.Done, Running) == Running)
        {
            _client.Close();
            _target.Close();
        }
        else
        {
            _client.Reset();
            _target.Reset();
        }

        return (RelayEnd)_end;
    }

    public void Abort() => End(RelayEnd.Aborted);

    /// <summary>A byte has moved.</summary>
    public void Touch() => _silence.Touch(Now);

    public async ValueTask OnFinAsync(SocketsPump pump)
    {
        if (pump.Drain())
        {
            await DeliverAsync(pump);
            return;
        }

        NoteEnd(pump);
        pump.To.ShutdownSend();
        pump.From.WatchForReset();
        _silence.EnterHalfClose(Now);
        CheckSilence();
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
        NoteEnd(rest);
        var hasAll = rest.Lose(isDrained);
        if (_client.IsAborted)
            End(RelayEnd.Aborted);
        else if (Opposite(rest).IsSourceLost)
            End(LostEnd(Opposite(rest)));
        else if (hasAll)
            await DeliverAsync(rest);
        else
            EnterDelivery();
    }

    /// <summary>A reset drops what is in the send queue, so the other peer's kernel has to have acknowledged everything first.</summary>
    private async ValueTask DeliverAsync(SocketsPump rest)
    {
        EnterDelivery();
        for (var pause = FirstDeliveryCheck; Volatile.Read(ref _end) == Running && rest.To.UnacknowledgedBytes > 0;)
        {
            await Task.Delay(pause, _timeProvider);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestDeliveryCheck.Ticks));
        }

        End(LostEnd(rest));
    }

    /// <summary>A pump's source has sent FIN, or is gone; not because we have reset it.</summary>
    private void NoteEnd(SocketsPump pump)
    {
        if (Volatile.Read(ref _end) == Running && Interlocked.CompareExchange(ref _first, pump, null) is null)
            _target.HasEndedFirst = pump == _downstream;
    }

    private void EnterDelivery()
    {
        _silence.EnterDelivery(Now);
        CheckSilence();
    }

    private void End(RelayEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, Running) != Running)
            return;
        _client.Disconnect();
        _target.Disconnect();
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
                End(_upstream.IsSourceLost ? RelayEnd.ClientReset : _downstream.IsSourceLost ? RelayEnd.TargetReset : _silence.Kind);
            else if (next != SilenceLimit.Never)
                _timer.Change(TimeSpan.FromMilliseconds(Math.Min(next - now, (long)LongestTimer.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }

    private SocketsPump Opposite(SocketsPump pump) => pump == _upstream ? _downstream : _upstream;

    private RelayEnd LostEnd(SocketsPump rest) => _client.IsAborted ? RelayEnd.Aborted : rest == _upstream ? RelayEnd.ClientReset : RelayEnd.TargetReset;
}
