using Proxify.Linux;
using Proxify.Transport.Net;
using Proxify.Transport.Relaying;

namespace Proxify.Transport.Uring;

/// <summary>
/// The two directions between a client and a target, and what they have in common: how it ends, and the one timer that notices silence. The first cause to end
/// a relay is its outcome.
/// </summary>
internal sealed unsafe partial class UringRelay : IExpiring, IRelayQueues
{
    /// <summary>A reset of somebody from whom nothing is received just now is noticed after this long. Most half-closed sessions are over before.</summary>
    private const int WatchDelayMilliseconds = 2 * TimerWheel.TickMilliseconds;

    /// <summary>After so much silence it is made sure that the kernel has not missed the end of it.</summary>
    private const int LookMilliseconds = 1_000;

    private readonly UringWorker _worker;
    private readonly RelayDirection _upstream;
    private readonly RelayDirection _downstream;
    private readonly WheelTimer _timer;
    private readonly SilenceLimit _silence = new();
    private UringConnection _client = null!;
    private UringConnection _target = null!;
    private int _clientFd;
    private int _targetFd;
    private RelayEnding _ending;
    private int _deliveryPause;
    private int _releases;
    private bool _hasLooked;
    private bool _mustWatch;

    public UringRelay(UringWorker worker)
    {
        _worker = worker;
        _upstream = new RelayDirection(worker, this);
        _downstream = new RelayDirection(worker, this);
        _timer = new WheelTimer(this);
    }

    public TimeSpan Silence => TimeSpan.FromMilliseconds(Math.Max(0, _worker.ReadClock() - _silence.LastActivity));

    public bool HasEnded => _ending.IsOver;

    public long AcknowledgedBytes => Libc.AcknowledgedBytes(_clientFd) + Libc.AcknowledgedBytes(_targetFd);

    public bool HaveWork => _upstream.HasInput || _downstream.HasInput;

    /// <summary>The direction that comes from a lost peer; null while both are there.</summary>
    private RelayDirection? Rest => _ending.Lost switch
    {
        RelayEnd.ClientReset => _upstream,
        RelayEnd.TargetReset => _downstream,
        _ => null,
    };

    public void Start(UringConnection client, UringConnection target, RelayTimeouts timeouts)
    {
        _client = client;
        _target = target;
        _clientFd = client.Socket!.Fd;
        _targetFd = target.Socket!.Fd;
        _ending = default;
        _hasLooked = _mustWatch = IsSuspending = false;
        _releases = _deliveryPause = 0;
        _silence.Start(timeouts, _worker.Now);
        if (timeouts.Liveness is { } liveness)
        {
            TcpOptions.Apply(_clientFd, liveness.Options);
            TcpOptions.Apply(_targetFd, liveness.Options);
        }

        // A client has mostly spoken by now; a target mostly waits to be spoken to.
        _upstream.Start(client, _clientFd, target, _targetFd, pollFirst: false);
        _downstream.Start(target, _targetFd, client, _clientFd, pollFirst: true);
        CheckSilence();
        _upstream.TakeUnread();
        _downstream.TakeUnread();
    }

    /// <summary>Whether a peer is lost: nothing ends in order any more.</summary>
    public bool HasLost => _ending.Lost is not null;

    /// <summary>Whether a send to the direction's source is under way.</summary>
    public bool IsSendingTo(RelayDirection direction) => Opposite(direction).IsSending;

    /// <summary>The direction's source has to be told something in return to what it sent.</summary>
    public void AnswerSource(RelayDirection direction) => Opposite(direction).Answer();

    /// <summary>A byte has moved.</summary>
    public void OnActivity()
    {
        _silence.Touch(_worker.Now);
        if (!_hasLooked)
            return;
        _hasLooked = false;
        CheckAt(_worker.Now + LookMilliseconds);
    }

    /// <summary>The direction's destination has all there was.</summary>
    public void OnFinished(RelayDirection direction)
    {
        switch (_ending.OnEnded(SourceOf(direction)))
        {
            case EndingStep.HalfClose:
                // If the peer has reset meanwhile this fails, and whoever receives from it will know.
                _ = Libc.ShutdownSend(DestinationOf(direction));
                _silence.EnterHalfClose(_worker.Now);
                OnPaused();
                CheckSilence();
                break;
            case EndingStep.Close:
                End(RelayEnd.Done);
                break;
            case EndingStep.AwaitAcknowledgement:
                Deliver(direction);
                break;
        }
    }

    /// <summary>Receiving failed: there is nothing more to come.</summary>
    public void OnSourceReset(RelayDirection direction) => Lose(direction, isDrained: true);

    /// <summary>The source has reset while nothing was received from it; its last bytes may still wait in the receive queue.</summary>
    public void OnWatchedSourceReset(RelayDirection direction) => Lose(direction, isDrained: false);

    /// <summary>
    /// Sending failed. What the destination sent before its RST may still wait in its receive queue; the send has taken the error off the socket, so that queue
    /// will seem to end with FIN.
    /// </summary>
    public void OnDestinationReset(RelayDirection direction) => Lose(Opposite(direction), isDrained: false);

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
        if (_mustWatch && !IsSuspending)
        {
            _mustWatch = false;
            foreach (var direction in (ReadOnlySpan<RelayDirection>)[_upstream, _downstream])
            {
                if (direction != Rest)
                    direction.WatchSource();
            }
        }

        if (Rest is { IsFinished: true } rest)
            Deliver(rest);
        if (!HasEnded)
            CheckSilence();
    }

    /// <summary>
    /// One peer is gone. What it sent is delivered to the other one, which then sees the reset; what was on its way to it is dropped. When the other one is
    /// gone too, nobody is left to deliver to.
    /// </summary>
    /// <param name="rest">The direction that comes from it.</param>
    /// <param name="isDrained">Whether all that it sent has been received.</param>
    private void Lose(RelayDirection rest, bool isDrained)
    {
        if (HasEnded)
            return;
        var step = _ending.OnLost(SourceOf(rest));
        if (step == EndingStep.Reset)
        {
            End(_ending.Lost!.Value);
            return;
        }

        GoOn();
        if (rest.IsFinished)
            Deliver(rest);
        else if (isDrained)
            rest.OnEndOfStream();
        else
            rest.ReceiveAnew();
        if (step == EndingStep.GoOn || HasEnded)
            return;
        Opposite(rest).Discard();
        _silence.EnterDelivery(_worker.Now);
        OnPaused();
        CheckSilence();
    }

    /// <summary>Resets both once the other peer has acknowledged all that the lost one sent.</summary>
    private void Deliver(RelayDirection rest)
    {
        if (Libc.UnacknowledgedBytes(DestinationOf(rest)) <= 0)
        {
            End(_ending.Lost!.Value);
            return;
        }

        _deliveryPause = RelayEnding.NextPause(_deliveryPause);
        CheckAt(_worker.Now + _deliveryPause);
    }

    private void CheckSilence()
    {
        var looked = _silence.LastActivity + LookMilliseconds;
        if (_worker.Now < looked)
            CheckAt(looked);
        else if (!_hasLooked)
            Look();
        var last = _silence.LastActivity;
        var next = _silence.Look(_worker.Now, this);
        if (_silence.LastActivity != last)
            _hasLooked = false; // what it has been prolonged for may be missed, too
        if (next == SilenceLimit.Over)
            End(_ending.Lost ?? _silence.Kind);
        else if (next != SilenceLimit.Never)
            CheckAt(next);
    }

    /// <summary>
    /// A multishot receive may wait on for ever beside a socket that has ended, when data and the end were one wake-up and the kernel looked once only (mended
    /// in the stable kernels of spring 2026, "io_uring/poll: fix multishot recv missing EOF on wakeup race"; a FIN gives itself away by the inq hint, an RST
    /// does not).
    /// </summary>
    private void Look()
    {
        _hasLooked = true;
        _upstream.LookAtSource();
        _downstream.LookAtSource();
    }

    private void End(RelayEnd end)
    {
        if (!_ending.TryEnd(end))
            return;
        _target.HasEndedFirst = _ending.HasTargetEndedFirst;
        _worker.Timers.Stop(_timer);
        if (end == RelayEnd.Done && _upstream.InFlight + _downstream.InFlight > 0)
        {
            // A watch has seen no end yet. A reset wakes it by itself; here the second FIN does.
            _ = Libc.ShutdownSend(_clientFd);
            _ = Libc.ShutdownSend(_targetFd);
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

    private RelaySide SourceOf(RelayDirection direction) => direction == _upstream ? RelaySide.Client : RelaySide.Target;

    private RelayDirection Opposite(RelayDirection direction) => direction == _upstream ? _downstream : _upstream;

    private int DestinationOf(RelayDirection direction) => direction == _upstream ? _targetFd : _clientFd;
}
