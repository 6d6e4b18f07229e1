using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// The two directions between a client and a target, and what they have in common: how it ends, and the one timer that notices silence. The first cause to end a
/// relay is its outcome.
/// </summary>
internal sealed unsafe class UringRelay : IExpiring
{
    /// <summary>A reset of somebody from whom nothing is received just now is noticed after this long. Most half-closed sessions are over before.</summary>
    private const int WatchDelayMilliseconds = 2 * TimerWheel.TickMilliseconds;

    /// <summary>How long a client may take for the last bytes of a target that has reset, where no timeout says so.</summary>
    private const long LongestDeliveryMilliseconds = 30_000;

    /// <summary>After so much silence it is made sure that the kernel has not missed the end of it.</summary>
    private const int LookMilliseconds = 1_000;

    private const long Never = long.MaxValue;

    private readonly UringWorker _worker;
    private readonly RelayDirection _upstream;
    private readonly RelayDirection _downstream;
    private readonly WheelTimer _timer;
    private UringConnection _client = null!;
    private UringConnection _target = null!;
    private int _clientFd;
    private int _targetFd;
    private long _idle;
    private long _halfClose;
    private long _deliverUntil;
    private long _lastActivity;
    private int _unacknowledged;
    private int _releases;
    private bool _hasLooked;
    private bool _isHalfClosed;
    private bool _isTargetBroken;
    private bool _isDelivering;
    private bool _mustWatch;

    public UringRelay(UringWorker worker)
    {
        _worker = worker;
        _upstream = new RelayDirection(worker, this);
        _downstream = new RelayDirection(worker, this);
        _timer = new WheelTimer(this);
    }

    public bool HasEnded { get; private set; }

    private bool IsHalfCloseShorter => _isHalfClosed && _halfClose != Never && _halfClose <= _idle;

    private long Limit => IsHalfCloseShorter ? _halfClose : _idle;

    public void Start(UringConnection client, UringConnection target, RelayTimeouts timeouts)
    {
        _client = client;
        _target = target;
        _clientFd = client.Socket!.Fd;
        _targetFd = target.Socket!.Fd;
        _idle = Milliseconds(timeouts.Idle);
        _halfClose = Milliseconds(timeouts.HalfClose);
        _hasLooked = _isHalfClosed = _isTargetBroken = _isDelivering = _mustWatch = HasEnded = false;
        _releases = 0;
        _unacknowledged = 0;
        _lastActivity = _worker.Now;
        _worker.Counters.CountRelayed();
        // A client has mostly spoken by now; a target mostly waits to be spoken to.
        _upstream.Start(client, _clientFd, _targetFd, pollFirst: false);
        _downstream.Start(target, _targetFd, _clientFd, pollFirst: true);
        CheckSilence();
    }

    /// <summary>Whether the direction's source has had FIN from us.</summary>
    public bool HasSentFinTo(RelayDirection direction) => (direction == _upstream ? _downstream : _upstream).IsFinished;

    /// <summary>A byte has moved.</summary>
    public void OnActivity()
    {
        _lastActivity = _worker.Now;
        if (!_hasLooked)
            return;
        _hasLooked = false;
        CheckAt(_lastActivity + LookMilliseconds);
    }

    /// <summary>The direction's destination has all there was.</summary>
    public void OnFinished(RelayDirection direction)
    {
        if (_isTargetBroken)
        {
            if (direction == _downstream)
                Deliver();
            return;
        }

        if (_upstream.IsFinished && _downstream.IsFinished)
        {
            End(RelayEnd.Done);
            return;
        }

        // If the peer has reset meanwhile this fails, and whoever receives from it will know.
        _ = Libc.ShutdownSend(direction == _upstream ? _targetFd : _clientFd);
        EnterHalfClose();
    }

    /// <summary>Receiving failed: there is nothing more to come.</summary>
    public void OnSourceReset(RelayDirection direction)
    {
        if (direction == _upstream)
        {
            End(RelayEnd.ClientReset);
            return;
        }

        BreakTarget();
        _downstream.OnEndOfStream();
    }

    /// <summary>The source has reset while nothing was received from it; a target's last bytes may still wait in its receive queue.</summary>
    public void OnWatchedSourceReset(RelayDirection direction)
    {
        if (direction == _upstream)
            End(RelayEnd.ClientReset);
        else
            OnTargetLost();
    }

    /// <summary>Sending failed.</summary>
    public void OnDestinationReset(RelayDirection direction)
    {
        if (direction == _downstream)
        {
            End(RelayEnd.ClientReset);
            return;
        }

        // What the target sent before its RST may still wait in its receive queue. The send has taken the error off the socket: that queue will seem to end with FIN.
        OnTargetLost();
    }

    /// <summary>A direction waits for its destination, and receives nothing until then.</summary>
    public void OnPaused()
    {
        _mustWatch = true;
        CheckAt(_worker.Now + WatchDelayMilliseconds);
    }

    public void Abort() => End(RelayEnd.Aborted);

    public void OnDefect(Exception exception)
    {
        var client = _client;
        End(RelayEnd.Aborted);
        client.ReportDefect(exception);
    }

    public void OnReleased()
    {
        if (++_releases < 2)
            return;
        _client = _target = null!;
        _worker.Relays.Push(this);
    }

    public void OnExpired()
    {
        if (_mustWatch)
        {
            _mustWatch = false;
            _upstream.WatchSource();
            _downstream.WatchSource();
        }

        if (_isDelivering)
        {
            Deliver();
            return;
        }

        CheckSilence();
    }

    private void OnTargetLost()
    {
        BreakTarget();
        if (_downstream.IsFinished)
            Deliver();
        else
            _downstream.ReceiveAnew();
    }

    private void BreakTarget()
    {
        _isTargetBroken = true;
        _upstream.Discard();
        EnterHalfClose();
    }

    private void EnterHalfClose()
    {
        _isHalfClosed = true;
        _lastActivity = _worker.Now;
        OnPaused();
        CheckSilence();
    }

    /// <summary>The target has reset and all that it sent is in the client's send queue. A reset would drop that, so it waits until the client has acknowledged it.</summary>
    private void Deliver()
    {
        if (!_isDelivering)
        {
            _isDelivering = true;
            _deliverUntil = _worker.Now + Math.Min(_halfClose, LongestDeliveryMilliseconds);
        }

        if (Libc.UnacknowledgedBytes(_clientFd) <= 0 || _worker.Now >= _deliverUntil)
            End(RelayEnd.TargetReset);
        else
            CheckAt(_worker.Now + TimerWheel.TickMilliseconds);
    }

    /// <summary>
    /// Bytes that are past us but have not arrived count as traffic, too: a slow reader of the last megabytes is not silent. So the send queues are looked at when
    /// half of the time is over, and again at its end.
    /// </summary>
    private void CheckSilence()
    {
        var silence = _worker.Now - _lastActivity;
        if (silence < LookMilliseconds)
            CheckAt(_lastActivity + LookMilliseconds);
        else if (!_hasLooked)
            Look();
        var limit = Limit;
        if (limit == Never)
            return;
        if (silence < limit / 2)
        {
            CheckAt(_lastActivity + (limit / 2));
            return;
        }

        var before = _unacknowledged;
        _unacknowledged = Math.Max(0, Libc.UnacknowledgedBytes(_clientFd)) + Math.Max(0, Libc.UnacknowledgedBytes(_targetFd));
        if (silence < limit)
        {
            CheckAt(_lastActivity + limit);
        }
        else if (_unacknowledged != before)
        {
            _lastActivity = _worker.Now;
            CheckAt(_lastActivity + (limit / 2));
        }
        else
        {
            End(_isTargetBroken ? RelayEnd.TargetReset : IsHalfCloseShorter ? RelayEnd.HalfCloseTimeout : RelayEnd.IdleTimeout);
        }
    }

    /// <summary>
    /// A multishot receive may wait on for ever beside a socket that has ended, when data and the end were one wake-up and the kernel looked once only (mended in the stable kernels of spring
    /// 2026, "io_uring/poll: fix multishot recv missing EOF on wakeup race"; a FIN gives itself away by the inq hint, an RST does not).
    /// </summary>
    private void Look()
    {
        _hasLooked = true;
        _upstream.LookAtSource();
        _downstream.LookAtSource();
    }

    private void End(RelayEnd end)
    {
        if (HasEnded)
            return;
        HasEnded = true;
        _worker.Timers.Stop(_timer);
        if (_upstream.InFlight + _downstream.InFlight > 0)
        {
            // Whatever is under way keeps its socket open, and a reset waits for the last user.
            _worker.PrepareUnwatched()->CancelAll(_clientFd);
            _worker.PrepareUnwatched()->CancelAll(_targetFd);
        }

        _target.OnRelayEnded(end);
        _client.OnRelayEnded(end);
        _upstream.Stop();
        _downstream.Stop();
    }

    private void CheckAt(long milliseconds)
    {
        if (!_timer.IsLinked || milliseconds / TimerWheel.TickMilliseconds < _timer.Due)
            _worker.Timers.Set(_timer, milliseconds);
    }

    private static long Milliseconds(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan ? Never : (long)Math.Ceiling(timeout.TotalMilliseconds);

}
