using System.Buffers;
using System.Net.Sockets;

namespace Proxify.Transport.Sockets;

/// <summary>
/// Moves bytes between two connections: one pump per direction, a timer for both. The first cause to end the relay wins and is its outcome; it also resets the sockets,
/// which is what ends the pumps. Only when both have ended are the sockets closed, so no pump ever meets a closed descriptor.
/// </summary>
internal sealed class SocketsRelay
{
    /// <summary>What a direction holds at most, besides the kernel's own socket buffers.</summary>
    private const int BufferSize = 32 * 1024;

    /// <summary>The same while memory is short. Small enough to wait with for a slow destination, large enough to get on with others.</summary>
    private const int ShortBufferSize = 1024;

    /// <summary>After so many full buffers in a row a pump lets others have its thread.</summary>
    private const int BuffersPerTurn = 32;

    private const int Running = -1;

    // Of _targetState. Whoever sets the second of the two ends the relay.
    private const int Reset = 1;
    private const int Ended = 2;

    private static readonly TimeSpan FirstDeliveryCheck = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan LongestDeliveryCheck = TimeSpan.FromMilliseconds(100);

    /// <summary>Timers take 49 days at most; a limit beyond is waited for in several goes.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    /// <summary>Timers count milliseconds; a part of one would be none at all.</summary>
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a client may take for the last bytes of a target that has reset, where no timeout is shorter.</summary>
    private static readonly TimeSpan LongestDelivery = TimeSpan.FromSeconds(30);

    private readonly TimeProvider _timeProvider;
    private readonly BufferBudget _budget;
    private readonly SocketsConnection _client;
    private readonly SocketsConnection _target;
    private readonly RelayTimeouts _timeouts;
    private readonly ITimer _timer;
    private long _lastActivity;
    private volatile bool _halfClosed;
    private int _unacknowledged;
    private int _targetState;
    private int _end = Running;

    public SocketsRelay(SocketsTransport transport, SocketsConnection client, SocketsConnection target, RelayTimeouts timeouts)
    {
        _timeProvider = transport.TimeProvider;
        _budget = transport.Budget;
        _client = client;
        _target = target;
        _timeouts = timeouts;
        _lastActivity = _timeProvider.GetTimestamp();
        _timer = _timeProvider.CreateTimer(static relay => ((SocketsRelay)relay!).CheckSilence(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        CheckSilence();
    }

    public async ValueTask<RelayEnd> RunAsync()
    {
        var upstream = PumpAsync(_client, _target);
        var downstream = PumpAsync(_target, _client);
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

    private int SizeNow => _budget.IsSpent ? ShortBufferSize : BufferSize;

    public void Abort() => End(RelayEnd.Aborted);

    private async Task PumpAsync(SocketsConnection from, SocketsConnection to)
    {
        var turn = BuffersPerTurn;
        while (true)
        {
            var error = await from.WaitReadableAsync();
            if (error != SocketError.Success)
            {
                await OnReceiveFailedAsync(from);
                return;
            }

            var size = SizeNow;
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            var isCounted = false;
            try
            {
                IoResult received;
                do
                {
                    received = from.TryReceive(buffer.AsSpan(0, size));
                    if (received.Error == SocketError.WouldBlock)
                        break;
                    if (received.Error != SocketError.Success)
                    {
                        await OnReceiveFailedAsync(from);
                        return;
                    }

                    if (received.Bytes == 0)
                    {
                        await OnFinAsync(from, to);
                        return;
                    }

                    Touch();
                    var sending = to.SendAsync(buffer.AsMemory(0, received.Bytes));
                    if (!sending.IsCompleted)
                    {
                        from.WatchForReset();
                        _budget.Take(size);
                        isCounted = true;
                    }

                    var sent = await sending;
                    if (isCounted)
                    {
                        isCounted = false;
                        _budget.Give(size);
                    }

                    if (sent.Error != SocketError.Success)
                    {
                        await OnSendFailedAsync(to);
                        return;
                    }

                    Touch();
                    if (--turn == 0)
                    {
                        turn = BuffersPerTurn;
                        await Task.Yield();
                    }
                }
                while (received.Bytes == size && size == SizeNow); // a short receive has emptied the queue
            }
            finally
            {
                if (isCounted)
                    _budget.Give(size);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>The watcher has seen a reset on a connection that perhaps nobody receives from. Not on a pump's thread.</summary>
    public void OnReset(SocketsConnection connection)
    {
        if (connection == _client)
            End(RelayEnd.ClientReset);
        else
            _ = OnTargetResetAsync();
    }

    private async ValueTask OnFinAsync(SocketsConnection from, SocketsConnection to)
    {
        if (from == _target && (Interlocked.Or(ref _targetState, Ended) & Reset) != 0)
        {
            // The RST was met by a send, which took the error off the socket; what looks like FIN here is what RST leaves behind.
            await DeliverThenResetClientAsync();
            return;
        }

        to.ShutdownSend();
        from.WatchForReset();
        EnterHalfClose();
    }

    private async ValueTask OnReceiveFailedAsync(SocketsConnection from)
    {
        if (from == _client)
            End(_client.IsAborted ? RelayEnd.Aborted : RelayEnd.ClientReset);
        else
            await DeliverThenResetClientAsync();
    }

    private async ValueTask OnSendFailedAsync(SocketsConnection to)
    {
        if (to == _client || _client.IsAborted)
            End(_client.IsAborted ? RelayEnd.Aborted : RelayEnd.ClientReset);
        else
            await OnTargetResetAsync();
    }

    /// <summary>What the target sent before its RST may still wait in its receive queue: the pump that receives from it delivers that first, unless it has ended.</summary>
    private async Task OnTargetResetAsync()
    {
        if ((Interlocked.Or(ref _targetState, Reset) & Ended) != 0)
            await DeliverThenResetClientAsync();
        else
            EnterHalfClose();
    }

    /// <summary>A reset drops what is in the send queue, so the client's kernel has to have acknowledged everything first.</summary>
    private async ValueTask DeliverThenResetClientAsync()
    {
        Interlocked.Or(ref _targetState, Reset);
        EnterHalfClose();
        var pause = FirstDeliveryCheck;
        var started = _timeProvider.GetTimestamp();
        while (Volatile.Read(ref _end) == Running && _client.UnacknowledgedBytes > 0 && _timeProvider.GetElapsedTime(started) < LongestDelivery)
        {
            await Task.Delay(pause, _timeProvider);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestDeliveryCheck.Ticks));
        }

        End(_client.IsAborted ? RelayEnd.Aborted : RelayEnd.TargetReset);
    }

    private void End(RelayEnd end)
    {
        if (Interlocked.CompareExchange(ref _end, (int)end, Running) != Running)
            return;
        _client.Disconnect();
        _target.Disconnect();
    }

    private void Touch() => Volatile.Write(ref _lastActivity, _timeProvider.GetTimestamp());

    private void EnterHalfClose()
    {
        Touch();
        _halfClosed = true;
        CheckSilence();
    }

    private bool IsHalfCloseShorter =>
        _halfClosed && _timeouts.HalfClose != Timeout.InfiniteTimeSpan && (_timeouts.Idle == Timeout.InfiniteTimeSpan || _timeouts.HalfClose <= _timeouts.Idle);

    private TimeSpan Limit => IsHalfCloseShorter ? _timeouts.HalfClose : _timeouts.Idle;

    /// <summary>
    /// The timer is set once and checked when it fires: traffic costs a timestamp, not a timer. Bytes that are past us but have not arrived count as traffic, too: a slow
    /// reader of the last megabytes is not silent. So the send queues are looked at when half of the time is over, and again at its end.
    /// </summary>
    private void CheckSilence()
    {
        // A pump that enters half-close and the timer may meet here: the later one, which knows the limit of now, has to set the timer last.
        lock (_timer)
        {
            var limit = Limit;
            if (limit == Timeout.InfiniteTimeSpan)
                return;
            var silence = _timeProvider.GetElapsedTime(Volatile.Read(ref _lastActivity));
            if (silence < limit / 2)
            {
                CheckIn((limit / 2) - silence);
                return;
            }

            var before = _unacknowledged;
            _unacknowledged = Math.Max(0, _client.UnacknowledgedBytes) + Math.Max(0, _target.UnacknowledgedBytes);
            if (silence < limit)
            {
                CheckIn(limit - silence);
            }
            else if (_unacknowledged != before)
            {
                Touch();
                CheckIn(limit / 2);
            }
            else
            {
                End((Volatile.Read(ref _targetState) & Reset) != 0 ? RelayEnd.TargetReset : IsHalfCloseShorter ? RelayEnd.HalfCloseTimeout : RelayEnd.IdleTimeout);
            }
        }
    }

    private void CheckIn(TimeSpan time) =>
        _timer.Change(time > LongestTimer ? LongestTimer : time < ShortestTimer ? ShortestTimer : time, Timeout.InfiniteTimeSpan);
}
