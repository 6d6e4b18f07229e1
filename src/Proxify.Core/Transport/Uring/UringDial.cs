using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Uring;

/// <summary>One try to connect: ends by the kernel's answer, the timeout or a cancellation, whichever comes first. Pooled.</summary>
internal sealed unsafe class UringDial : UringSlot, IExpiring
{
    /// <summary>For the completion of an outcome that the kernel has.</summary>
    private const long LateMilliseconds = 1_000;

    /// <summary>Most dials are over before; for the others the client is watched from then on.</summary>
    private const int WatchAfterMilliseconds = 2 * TimerWheel.TickMilliseconds;

    private readonly UringWorker _worker;
    private readonly WheelTimer _timer;
    private readonly SocketAddress[] _address = GC.AllocateArray<SocketAddress>(1, pinned: true);
    private UringConnection _client = null!;
    private TcpEndpoint _remote;
    private int _fd;
    private bool _isLate;
    private long _deadline;
    private SocketError _cancelledAs;

    public UringDial(UringWorker worker)
    {
        _worker = worker;
        _timer = new WheelTimer(this);
    }

    /// <summary>On whose behalf.</summary>
    public UringConnection Client => _client;

    /// <summary>
    /// Makes the socket; fails when descriptors or memory have run out, with an address family that this machine does not have, or with a local end that it
    /// does not give.
    /// </summary>
    public SocketError Open(UringConnection client, TcpEndpoint remote, LocalEnd local)
    {
        _address[0] = remote.ToSocketAddress();
        do
            _fd = Libc.Socket(_address[0].Family, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec);
        while (_fd is -Errno.TooManyFiles or -Errno.TooManyFilesInSystem && _worker.Descriptors.TryGive());
        if (_fd < 0)
            return SocketErrors.FromErrno(-_fd);
        // Before anything of it is in the ring: where this fails, the descriptor is somebody else's next.
        if (!local.IsAny && LocalBinding.Bind(_fd, local) is < 0 and var refused)
        {
            Libc.Close(_fd);
            return SocketErrors.FromErrno(-refused);
        }

        _worker.SocketOptions.Prepare(_fd);
        _client = client;
        _remote = remote;
        _cancelledAs = SocketError.Success;
        _isLate = false;
        return SocketError.Success;
    }

    public void Start(TimeSpan timeout)
    {
        _worker.Slots.Add(this);
        fixed (SocketAddress* address = _address) // allocated pinned: it stays where it is
            _worker.Prepare(this, UringOperation.Connect)->Connect(_fd, address, address->Length);
        _deadline = timeout == Timeout.InfiniteTimeSpan ? long.MaxValue : _worker.Now + (long)Math.Ceiling(timeout.TotalMilliseconds);
        SetTimer(_client.Watcher is null ? _deadline : Math.Min(_deadline, _worker.Now + WatchAfterMilliseconds));
    }

    public void Cancel(SocketError why)
    {
        if (_cancelledAs != SocketError.Success || InFlight == 0)
            return;
        _cancelledAs = why;
        _worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.Connect);
    }

    public void OnExpired()
    {
        if (_worker.Now < _deadline)
        {
            _client.WatchPeer();
            SetTimer(_deadline);
            return;
        }

        // Where the outcome is there and only we have not got round to it (stopped, starved), it counts.
        if (_isLate || !Libc.IsWritable(_fd))
        {
            Cancel(SocketError.TimedOut);
            return;
        }

        _isLate = true;
        _worker.Timers.Set(_timer, _worker.Now + LateMilliseconds);
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        _worker.Timers.Stop(_timer);
        _worker.Retire(this);
        if (result == 0 && _cancelledAs != SocketError.OperationAborted)
        {
            _client.OnDialled(_fd, _remote);
            return;
        }

        if (result == 0)
            _ = Libc.SetResetOnClose(_fd);
        _worker.PrepareUnwatched()->Close(_fd);
        _client.OnDialFailed(_cancelledAs != SocketError.Success ? _cancelledAs : SocketErrors.FromErrno(-result));
    }

    public override void OnReleased()
    {
        _client = null!;
        _worker.Dials.Push(this);
    }

    public override void OnDefect(Exception exception)
    {
        _client.ReportDefect(exception);
        _client.OnDialDefect();
    }

    private void SetTimer(long milliseconds)
    {
        if (milliseconds != long.MaxValue)
            _worker.Timers.Set(_timer, milliseconds);
    }
}
