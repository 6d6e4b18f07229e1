using System.Net.Sockets;

namespace Proxify.Transport.Sockets;

/// <summary>One try to connect: ends by the kernel's answer, the timeout or a cancellation, whichever comes first; the others then change nothing.</summary>
internal sealed class SocketsDial : IDisposable
{
    private readonly Socket _socket;
    private readonly TcpEndpoint _remote;
    private readonly SocketOperation _connecting = new();
    private int _outcome = Pending;
    private bool _taken;

    private const int Pending = int.MinValue;

    public SocketsDial(TcpEndpoint remote)
    {
        _remote = remote;
        _socket = new Socket(remote.IsIPv4 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
        TcpOptions.Apply(_socket);
    }

    public async ValueTask<SocketError> ConnectAsync(TimeProvider timeProvider, TimeSpan timeout)
    {
        await using var timer = timeProvider.CreateTimer(static dial => ((SocketsDial)dial!).OnExpired(), this, timeout, Timeout.InfiniteTimeSpan);
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

    /// <summary>Where the outcome is there and only we have not got round to it (stopped, starved), it counts: its completion is under way.</summary>
    private void OnExpired()
    {
        if (!HasOutcome)
            Cancel(SocketError.TimedOut);
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

    public void Dispose()
    {
        if (!_taken)
            _socket.Dispose();
        _connecting.Dispose();
    }
}
