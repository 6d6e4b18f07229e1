using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>One endpoint, with a listening socket for each worker: the kernel spreads connections over the SO_REUSEPORT group, and no worker waits for another.</summary>
internal sealed class UringListener : IListener
{
    private const int Backlog = 4096; // cut by net.core.somaxconn

    private readonly UringAcceptor[] _acceptors;

    private UringListener(IReadOnlyList<UringWorker> workers, int[] fds, IConnectionHandler handler)
    {
        Handler = handler;
        Endpoint = BoundTo(fds[0]);
        Handle = new SafeFileHandle(fds[0], ownsHandle: false);
        _acceptors = new UringAcceptor[fds.Length];
        for (var i = 0; i < fds.Length; i++)
            _acceptors[i] = new UringAcceptor(workers[i], this, fds[i]);
    }

    public TcpEndpoint Endpoint { get; }

    public SafeHandle Handle { get; }

    public IConnectionHandler Handler { get; }

    /// <exception cref="ListenException">The endpoint cannot be bound.</exception>
    public static UringListener Open(IReadOnlyList<UringWorker> workers, TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs)
    {
        var fds = new int[workers.Count];
        var opened = 0;
        try
        {
            for (; opened < fds.Length; opened++)
            {
                // The first binds alone: with SO_REUSEPORT from the start a second process could take the same port unnoticed. Its siblings join it afterwards.
                fds[opened] = OpenSocket(endpoint, bindsAlone: opened == 0 && !besideOurs);
                if (opened == 0 && endpoint.Port == 0)
                    endpoint = BoundTo(fds[0]);
            }
        }
        catch (ListenException)
        {
            for (var i = 0; i < opened; i++)
                Libc.Close(fds[i]);
            throw;
        }

        var listener = new UringListener(workers, fds, handler);
        foreach (var acceptor in listener._acceptors)
            acceptor.Start();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var acceptor in _acceptors)
            await acceptor.StopAsync();
    }

    private static int OpenSocket(TcpEndpoint endpoint, bool bindsAlone)
    {
        var address = endpoint.ToSocketAddress();
        var fd = Libc.Socket(address.Family, Libc.SockStream | Libc.SockCloseOnExec);
        var result = fd;
        if (result >= 0)
            result = Libc.SetOption(fd, Libc.SolSocket, Libc.SoReuseAddress, 1);
        // The IPv6 wildcard takes IPv4 too; a given IPv6 address takes itself only.
        if (result >= 0 && !endpoint.IsIPv4)
            result = Libc.SetOption(fd, Libc.IpProtoIPv6, Libc.IPv6Only, endpoint.IsAny ? 0 : 1);
        if (result >= 0 && !bindsAlone)
            result = Libc.SetOption(fd, Libc.SolSocket, Libc.SoReusePort, 1);
        if (result >= 0)
            result = Libc.Bind(fd, address);
        if (result >= 0 && bindsAlone)
            result = Libc.SetOption(fd, Libc.SolSocket, Libc.SoReusePort, 1);
        if (result >= 0)
        {
            SocketOptions.Apply(fd);
            result = Libc.Listen(fd, Backlog);
        }

        if (result >= 0)
            return fd;
        if (fd >= 0)
            Libc.Close(fd);
        throw new ListenException(endpoint, SocketErrors.FromErrno(-result));
    }

    private static TcpEndpoint BoundTo(int fd)
    {
        _ = Libc.LocalAddress(fd, out var address);
        return address.ToEndpoint();
    }
}
