using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Uring;

/// <summary>
/// One worker's share of a listener: its own listening socket in the SO_REUSEPORT group. The ring tells when connections wait, the <see cref="AcceptQueue"/>
/// how many are taken in: a multishot accept would bring all of them, however far behind the worker is with those that it has.
/// </summary>
internal sealed unsafe class UringAcceptor : UringSlot, IExpiring
{
    private const int AcceptedSocketFlags = Libc.SockNonBlock | Libc.SockCloseOnExec;

    private readonly UringWorker _worker;
    private readonly UringListener _listener;
    private readonly int _fd;
    private readonly WheelTimer _timer;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private AcceptBackoff _backoff;
    private bool _isStopping;
    private bool _leavesWaiting;

    public UringAcceptor(UringWorker worker, UringListener listener, int fd)
    {
        _worker = worker;
        _listener = listener;
        _fd = fd;
        _timer = new WheelTimer(this);
    }

    /// <summary>Who waits to be accepted when it stops is another process's.</summary>
    public bool LeavesWaiting
    {
        get => Volatile.Read(ref _leavesWaiting);
        set => Volatile.Write(ref _leavesWaiting, value);
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
            _worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.Accept);
        if (!IsRetired)
            _worker.Retire(this);
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        if (!_isStopping)
            _worker.Accepting.Add(this);
    }

    public void OnExpired() => _worker.Accepting.Add(this);

    public override void OnReleased()
    {
        if (!_worker.IsStopping && !LeavesWaiting)
            AcceptRest();
        Libc.Close(_fd);
        _stopped.TrySetResult();
    }

    public override void OnDefect(Exception exception)
    {
        if (!IsRetired)
            _worker.Retire(this);
        UringWorker.OnOrphanException(exception);
    }

    /// <summary>
    /// Accepts up to <paramref name="most"/> connections and gives how many. Where there were fewer the ring tells of the next one, or a timer.
    /// </summary>
    public int AcceptSome(int most)
    {
        for (var taken = 0; taken < most; taken++)
        {
            if (_isStopping || IsRetired)
                return taken;
            var result = _worker.Descriptors.TryFill();
            var address = default(SocketAddress);
            if (result >= 0)
                result = Libc.Accept(_fd, AcceptedSocketFlags, out address);
            if (result == -Errno.Again)
                Await();
            else if (result < 0)
                OnFailed(SocketErrors.FromErrno(-result));
            else
                OnAccepted(result, address.ToEndpoint());
            if (result < 0 && (InFlight > 0 || _timer.IsLinked))
                return taken;
        }

        return most;
    }

    internal void OnFailed(SocketError error)
    {
        switch (AcceptErrors.Classify(error))
        {
            case AcceptErrorKind.Transient:
                break;
            case AcceptErrorKind.Resources:
                var pause = _backoff.Next();
                _worker.Timers.Set(_timer, _worker.Now + (long)pause.TotalMilliseconds);
                _listener.Handler.OnAcceptError(_listener, error, pause);
                break;
            case AcceptErrorKind.Fatal:
                _worker.Retire(this);
                _listener.Handler.OnAcceptError(_listener, error, backoff: null);
                break;
        }
    }

    /// <summary>
    /// Who still waits here is connected, as far as its client knows, and would be reset by the close: so this comes right before it, when nothing that the
    /// kernel has under way keeps the socket open any more.
    /// </summary>
    private void AcceptRest()
    {
        for (var left = UringListener.Backlog; left > 0 && _worker.Descriptors.TryFill() >= 0; left--)
        {
            var fd = Libc.Accept(_fd, AcceptedSocketFlags, out var address);
            if (fd >= 0)
                OnAccepted(fd, address.ToEndpoint());
            else if (fd == -Errno.Again || AcceptErrors.Classify(SocketErrors.FromErrno(-fd)) != AcceptErrorKind.Transient)
                return;
        }
    }

    private void Open()
    {
        _worker.Slots.Add(this);
        if (_worker.IsStopping)
            Stop();
        else
            Await();
    }

    private void Await()
    {
        if (InFlight == 0 && !_isStopping && !IsRetired)
            _worker.Prepare(this, UringOperation.Accept)->Poll(_fd, PollEvents.In);
    }

    private void OnAccepted(int fd, TcpEndpoint remote)
    {
        _backoff.Reset();
        var session = new UringSession(_worker, _listener.Handler);
        _ = session.RunAsync(new UringConnection(_worker, session, fd, remote));
    }
}
