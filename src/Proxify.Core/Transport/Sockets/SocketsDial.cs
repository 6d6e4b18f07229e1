using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>One try to connect: ends by the kernel's answer, the timeout or a cancellation, whichever comes first; the others then change nothing.</summary>
internal sealed class SocketsDial : IDisposable
{
    /// <summary>Most dials are over before; for the others the client is watched from then on.</summary>
    private static readonly TimeSpan WatchAfter = TimeSpan.FromMilliseconds(16);

    /// <summary>Timers count milliseconds; a part of one would be none at all.</summary>
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private const int Pending = int.MinValue;

    private readonly TimeProvider _timeProvider;
    private readonly PolledSocket _socket;
    private readonly SocketAddress _remote;
    private int _outcome = Pending;
    private bool _taken;
    private SocketsConnection? _client;
    private ITimer? _timer;
    private TimeSpan _timeout;
    private long _startedAt;

    private SocketsDial(TimeProvider timeProvider, PolledSocket socket, in SocketAddress remote)
    {
        _timeProvider = timeProvider;
        _socket = socket;
        _remote = remote;
        TcpOptions.Apply(socket.Descriptor, TcpOptions.All);
    }

    /// <summary>False where there is no descriptor or memory left, or no such address family.</summary>
    /// <param name="transport">Whose descriptors held back are given where there are none left.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="dial">Has its socket.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryOpen(SocketsTransport transport, TcpEndpoint remote, [NotNullWhen(true)] out SocketsDial? dial, out SocketError error)
    {
        var address = remote.ToSocketAddress();
        int fd;
        do
            fd = Libc.Socket(address.Family, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec);
        while (fd is -Errno.TooManyFiles or -Errno.TooManyFilesInSystem && transport.Descriptors.TryGive());
        (dial, error) = fd < 0
            ? (null, SocketErrors.FromErrno(-fd)) : (new SocketsDial(transport.TimeProvider, transport.Own(fd), address), SocketError.Success);
        return dial is not null;
    }

    /// <summary>Before <see cref="ConnectAsync"/>; not at all where the kernel is to choose.</summary>
    public SocketError Bind(LocalEnd local) => SocketErrors.FromErrno(-LocalBinding.Bind(_socket.Descriptor, local));

    /// <param name="timeout">The longest time.</param>
    /// <param name="client">Whose peer is to be watched when this takes longer than most dials do; null: nobody's.</param>
    public async ValueTask<SocketError> ConnectAsync(TimeSpan timeout, SocketsConnection? client)
    {
        // The second look, as over loopback everything has happened by then.
        if ((TryConnect() ?? TryConnect()) is { } atOnce)
            return End(atOnce);
        (_client, _timeout, _startedAt) = (client, timeout, _timeProvider.GetTimestamp());
        await using var timer =
            _timer = _timeProvider.CreateTimer(static dial => ((SocketsDial)dial!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(client is not null && (timeout == Timeout.InfiniteTimeSpan || timeout > WatchAfter) ? WatchAfter : timeout, Timeout.InfiniteTimeSpan);
        while (true)
        {
            var error = await _socket.WaitForRoomAsync();
            if (error != SocketError.Success)
                return End(error);
            if (TryConnect() is { } outcome)
                return End(outcome);
        }
    }

    /// <summary>From any thread.</summary>
    public void Cancel(SocketError why)
    {
        if (Interlocked.CompareExchange(ref _outcome, (int)why, Pending) == Pending)
            _socket.Wake();
    }

    /// <summary>Hands over the connected socket.</summary>
    public PolledSocket Take()
    {
        _taken = true;
        return _socket;
    }

    public void Dispose()
    {
        if (_taken)
            return;
        _socket.Disconnect(); // where the outcome has come too late
        _socket.Dispose();
    }

    /// <summary>Begins to connect, and then asks how far that is; null: not there yet.</summary>
    private SocketError? TryConnect()
    {
        if (Volatile.Read(ref _outcome) != Pending)
            return SocketError.OperationAborted;
        var result = Libc.Connect(_socket.Descriptor, _remote);
        return result is -Errno.InProgress or -Errno.Already ? null : SocketErrors.FromErrno(-Math.Min(result, 0));
    }

    /// <summary>What it has come to, unless it was cancelled before.</summary>
    private SocketError End(SocketError outcome)
    {
        var earlier = Interlocked.CompareExchange(ref _outcome, (int)outcome, Pending);
        return earlier == Pending ? outcome : (SocketError)earlier;
    }

    private void OnTime()
    {
        var left = _timeout == Timeout.InfiniteTimeSpan ? _timeout : _timeout - _timeProvider.GetElapsedTime(_startedAt);
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            // Where the outcome is there and only we have not got round to it (stopped, starved), it counts: its completion is under way.
            if (!_socket.Ask(Libc.IsWritable, ifClosed: true))
                Cancel(SocketError.TimedOut);
            return;
        }

        _client?.WatchPeer();
        _timer!.Change(left == Timeout.InfiniteTimeSpan || left > ShortestTimer ? left : ShortestTimer, Timeout.InfiniteTimeSpan);
    }
}
