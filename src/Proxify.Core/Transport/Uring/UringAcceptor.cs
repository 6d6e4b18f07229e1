using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>One worker's share of a listener: its own listening socket in the SO_REUSEPORT group, with one accept that goes on and on.</summary>
internal sealed unsafe class UringAcceptor : UringSlot, IExpiring
{
    private const int FirstBackoffMilliseconds = 50;
    private const int LongestBackoffMilliseconds = 1000;
    private const int AcceptedSocketFlags = Libc.SockNonBlock | Libc.SockCloseOnExec;

    private readonly UringWorker _worker;
    private readonly UringListener _listener;
    private readonly int _fd;
    private readonly ushort _family;
    private readonly WheelTimer _timer;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _backoff = FirstBackoffMilliseconds;
    private bool _isStopping;

    public UringAcceptor(UringWorker worker, UringListener listener, int fd)
    {
        _worker = worker;
        _listener = listener;
        _fd = fd;
        _family = (ushort)(listener.Endpoint.IsIPv4 ? Libc.AfInet : Libc.AfInet6);
        _timer = new WheelTimer(this);
    }

    public void Start() => _worker.Mailbox.Post(static a => ((UringAcceptor)a!).Open(), this);

    /// <summary>From any thread.</summary>
    public Task StopAsync()
    {
        _worker.Mailbox.Post(static a => ((UringAcceptor)a!).Stop(), this);
        return _stopped.Task;
    }

    public void Stop()
    {
        if (_isStopping)
            return;
        _isStopping = true;
        _worker.Timers.Stop(_timer);
        if (InFlight > 0)
            _worker.PrepareUnwatched()->CancelAll(_fd);
        if (!IsRetired)
            _worker.Retire(this);
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        if (result >= 0)
        {
            _backoff = FirstBackoffMilliseconds;
            OnAccepted(result);
        }
        else if (!_isStopping)
        {
            OnFailed(SocketErrors.FromErrno(-result));
        }

        if (!_timer.IsLinked)
            AcceptOn();
    }

    public void OnExpired() => AcceptOn();

    public override void OnReleased()
    {
        Libc.Close(_fd);
        _stopped.TrySetResult();
    }

    public override void OnDefect(Exception exception)
    {
        _worker.Retire(this);
        UringWorker.OnOrphanException(exception);
    }

    private void Open()
    {
        _worker.Slots.Add(this);
        AcceptOn();
    }

    private void AcceptOn()
    {
        if (InFlight == 0 && !_isStopping && !IsRetired)
            _worker.Prepare(this, UringOperation.Accept)->AcceptMultishot(_fd, AcceptedSocketFlags);
    }

    private void OnAccepted(int fd)
    {
        if (_worker.IsStopping)
        {
            // It came in with the cancellation: nobody would end it any more.
            _ = Libc.SetResetOnClose(fd);
            _worker.PrepareUnwatched()->Close(fd);
            return;
        }

        var remote = Libc.AcceptedFrom(fd, _family, out var address) >= 0 ? address.ToEndpoint() : default;
        _worker.Counters.CountAccepted();
        var session = new UringSession(_worker, _listener.Handler);
        _ = session.RunAsync(new UringConnection(_worker, session, fd, remote));
    }

    private void OnFailed(SocketError error)
    {
        switch (AcceptErrors.Classify(error))
        {
            case AcceptErrorKind.Transient:
                break;
            case AcceptErrorKind.Resources:
                _worker.Timers.Set(_timer, _worker.Now + _backoff);
                _listener.Handler.OnAcceptError(_listener, error, TimeSpan.FromMilliseconds(_backoff));
                _backoff = Math.Min(_backoff * 2, LongestBackoffMilliseconds);
                break;
            case AcceptErrorKind.Fatal:
                _worker.Retire(this);
                _listener.Handler.OnAcceptError(_listener, error, backoff: null);
                break;
        }
    }
}
