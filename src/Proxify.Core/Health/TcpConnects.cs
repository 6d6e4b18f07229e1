using System.Runtime.InteropServices;
using Proxify.Linux;
using Proxify.Transport;
using Proxify.Transport.Net;

namespace Proxify.Health;

/// <summary>
/// Plain connects, as cheap as they can be for both ends: three system calls each on a bare non-blocking socket, which the next check uses again. The last ACK
/// of the handshake is held back and RST sent instead, as HAProxy does: the target's program never hears of the check, and no TIME_WAIT is left on either side.
/// For the same reason a check that leads back to proxify makes no session. A socket that is bound to an address stays so, and is not used again.
/// </summary>
/// <remarks>Who completes a task may begin another one. One thread at a time.</remarks>
internal sealed class TcpConnects(TimeProvider timeProvider) : IDisposable
{
    private const int MostIdle = 16;

    // Together, since poll(2) wants its part as an array.
    private readonly List<CheckTask> _tasks = [];
    private readonly List<PollEntry> _entries = [];
    private readonly Stack<int> _idleIPv4 = [];
    private readonly Stack<int> _idleIPv6 = [];

    public void Begin(CheckTask task)
    {
        var address = task.Endpoint.ToSocketAddress();
        var fd = task.Settings.Source is { } source ? OpenBound(address, source.Next(task.Endpoint))
            : Idle(address).TryPop(out var idle) ? idle : Open(address);
        if (fd < 0)
        {
            task.Complete(CheckResult.NotMade);
            return;
        }

        var answer = Libc.Connect(fd, address);
        // Over loopback the answer is there by now.
        if (answer == -Errno.InProgress)
            answer = Libc.Connect(fd, address);
        if (answer == -Errno.Already)
        {
            _tasks.Add(task);
            _entries.Add(new PollEntry { Descriptor = fd, Events = PollEvents.Out });
            return;
        }

        task.Complete(End(task, fd, answer, address));
    }

    public bool Collect()
    {
        if (_entries.Count == 0)
            return false;
        var entries = CollectionsMarshal.AsSpan(_entries);
        var ready = Libc.Poll(entries);
        // Backwards: the last one takes the place of one that has ended.
        for (var i = entries.Length - 1; i >= 0; i--)
        {
            var (task, fd) = (_tasks[i], entries[i].Descriptor);
            CheckResult result;
            if (ready > 0 && entries[i].Returned != PollEvents.None)
            {
                var address = task.Endpoint.ToSocketAddress();
                result = End(task, fd, Libc.Connect(fd, address), address);
            }
            else if (task.IsTimeOver(timeProvider))
            {
                Reset(fd);
                result = CheckResult.TimedOut;
            }
            else
            {
                continue;
            }

            _tasks[i] = _tasks[^1];
            entries[i] = entries[^1];
            _tasks.RemoveAt(_tasks.Count - 1);
            _entries.RemoveAt(_entries.Count - 1);
            entries = CollectionsMarshal.AsSpan(_entries);
            task.Complete(result);
        }

        return _entries.Count > 0;
    }

    public void Dispose()
    {
        foreach (var fd in _entries.Select(e => e.Descriptor).Concat(_idleIPv4).Concat(_idleIPv6))
            Libc.Close(fd);
        _idleIPv4.Clear();
        _idleIPv6.Clear();
        _entries.Clear();
        _tasks.Clear();
    }

    private Stack<int> Idle(in SocketAddress address) => address.Family == Libc.AfInet ? _idleIPv4 : _idleIPv6;

    private static int Open(in SocketAddress address)
    {
        var fd = Libc.Socket(address.Family, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec);
        if (fd < 0)
            return fd;
        // A port that the kernel lends to a check can be listened on all the same.
        Libc.SetOption(fd, Libc.SolSocket, Libc.SoReuseAddress, 1);
        // On a socket that connects, this is what holds the ACK back: "data will be ready" (tcp_rcv_synsent_state_process() in net/ipv4/tcp_input.c).
        Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpDeferAccept, 1);
        return fd;
    }

    /// <summary>Negative also where there is no local end of the target's family, or it is not given.</summary>
    private static int OpenBound(in SocketAddress address, LocalEnd? local)
    {
        if (local is not { } from)
            return -Errno.AddressFamilyNotSupported;
        var fd = Open(address);
        if (fd < 0 || LocalBinding.Bind(fd, from) is not (< 0 and var refused))
            return fd;
        Libc.Close(fd);
        return refused;
    }

    private CheckResult End(CheckTask task, int fd, int answer, SocketAddress address)
    {
        // TCP's simultaneous open (RFC 9293, 3.5): nobody listens, and of all local ports the kernel gave us the target's own.
        var isSelf = answer == 0 && Libc.LocalAddress(fd, out var local) == 0 && local.Port == address.Port && local.ToEndpoint() == address.ToEndpoint();
        // One that has been connected to a link-local address is bound to that interface for good (tcp_v6_connect() in net/ipv6/tcp_ipv6.c): no other target
        // could be reached with it.
        if (answer == 0 && address.ScopeId == 0 && task.Settings.Source is null && Idle(address).Count < MostIdle && Libc.Disconnect(fd) == 0)
            Idle(address).Push(fd);
        else
            Reset(fd);
        return answer switch
        {
            0 => isSelf ? CheckResult.Unreachable : CheckResult.Good,
            -Errno.TimedOut => CheckResult.TimedOut,
            -Errno.NoMemory or -Errno.NoBufferSpace or -Errno.AddressNotAvailable or -Errno.Perm or -Errno.Access or -Errno.Again => CheckResult.NotMade,
            _ => CheckResult.Unreachable,
        };
    }

    private static void Reset(int fd)
    {
        Libc.Disconnect(fd);
        Libc.Close(fd);
    }
}
