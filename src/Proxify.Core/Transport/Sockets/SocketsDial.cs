using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>One try to connect: ends by the kernel's answer, the timeout or a cancellation, whichever comes first; the others then change nothing.</summary>
internal sealed class SocketsDial : IDisposable
{
    /// <summary>Most dials are over before; for the others the client is watched from then on.</summary>
    private static readonly TimeSpan WatchAfter = TimeSpan.FromMilliseconds(16);

    /// <summary>Timers count milliseconds; a part of one would be none at all.</summary>
    private static readonly TimeSpan ShortestTimer = TimeSpan.FromMilliseconds(1);

    private readonly Socket _socket;
    private readonly TcpEndpoint _remote;
    private readonly SocketOperation _connecting = new();
    private int _outcome = Pending;
    private bool _taken;
    private TimeProvider _timeProvider = TimeProvider.System;
    private SocketsConnection? _client;
    private ITimer? _timer;
    private TimeSpan _timeout;
    private long _startedAt;

    private const int Pending = int.MinValue;

    private SocketsDial(TcpEndpoint remote)
    {
        _remote = remote;
        _socket = new Socket(remote.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        TcpOptions.Apply(_socket.SafeHandle, TcpOptions.All);
    }

    /// <summary>False where there is no descriptor or memory left, or no such address family.</summary>
    /// <param name="remote">Where to.</param>
    /// <param name="descriptors">Give theirs where there are none left.</param>
    /// <param name="dial">Has its socket.</param>
    /// <param name="error">Why there is none.</param>
    public static bool TryOpen(TcpEndpoint remote, DescriptorReserve descriptors, [NotNullWhen(true)] out SocketsDial? dial, out SocketError error)
    {
        do
        {
            try
            {
                (dial, error) = (new SocketsDial(remote), SocketError.Success);
            }
            catch (SocketException e)
            {
                (dial, error) = (null, e.SocketErrorCode);
            }
        }
        while (error == SocketError.TooManyOpenSockets && descriptors.TryGive());

        return dial is not null;
    }

    /// <summary>Before <see cref="ConnectAsync"/>; not at all where the kernel is to choose.</summary>
    public SocketError Bind(LocalEnd local) => SocketErrors.FromErrno(-LocalBinding.Bind((int)_socket.SafeHandle.DangerousGetHandle(), local));

    /// <param name="timeProvider">The clock.</param>
    /// <param name="timeout">The longest time.</param>
    /// <param name="client">Whose peer is to be watched when this takes longer than most dials do; null: nobody's.</param>
    public async ValueTask<SocketError> ConnectAsync(TimeProvider timeProvider, TimeSpan timeout, SocketsConnection? client)
    {
        (_timeProvider, _client, _timeout, _startedAt) = (timeProvider, client, timeout, timeProvider.GetTimestamp());
        await using var timer =
            _timer = timeProvider.CreateTimer(static dial => ((SocketsDial)dial!).OnTime(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(client is not null && (timeout == Timeout.InfiniteTimeSpan || timeout > WatchAfter) ? WatchAfter : timeout, Timeout.InfiniteTimeSpan);
        SocketError error;
        try
        {
            error = await _connecting.ConnectAsync(_socket, _remote.ToIPEndPoint());
        }
        catch (ObjectDisposedException)
        {
            error = SocketError.OperationAborted;
        }

        var earlier = Interlocked.CompareExchange(ref _outcome, (int)error, Pending);
        return earlier == Pending ? error : (SocketError)earlier;
    }

    private bool HasOutcome
    {
        get
        {
            try
            {
                return _socket.Poll(0, SelectMode.SelectWrite);
            }
            catch (ObjectDisposedException)
            {
                return true; // has ended meanwhile
            }
        }
    }

    /// <summary>From any thread. Closing the socket is what ends a connect in progress; nobody else uses it yet.</summary>
    public void Cancel(SocketError why)
    {
        if (Interlocked.CompareExchange(ref _outcome, (int)why, Pending) == Pending)
            _socket.Dispose();
    }

    /// <summary>Hands over the connected socket.</summary>
    public Socket Take()
    {
        _taken = true;
        return _socket;
    }

    private void OnTime()
    {
        var left = _timeout == Timeout.InfiniteTimeSpan ? _timeout : _timeout - _timeProvider.GetElapsedTime(_startedAt);
        if (left <= TimeSpan.Zero && left != Timeout.InfiniteTimeSpan)
        {
            // Where the outcome is there and only we have not got round to it (stopped, starved), it counts: its completion is under way.
            if (!HasOutcome)
                Cancel(SocketError.TimedOut);
            return;
        }

        _client?.WatchPeer();
        _timer!.Change(left == Timeout.InfiniteTimeSpan || left > ShortestTimer ? left : ShortestTimer, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        if (!_taken)
            _socket.Dispose();
        _connecting.Dispose();
    }
}
