using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Uring;

/// <summary>
/// One endpoint, with a listening socket for each worker: the kernel spreads connections over the SO_REUSEPORT group, and no worker waits for another.
/// </summary>
internal sealed class UringListener : IListener
{
    /// <summary>Cut by net.core.somaxconn.</summary>
    public const int Backlog = 4096;

    private readonly IReadOnlyList<UringWorker> _workers;
    private int[] _fds;
    private UringAcceptor[]? _acceptors;
    private int _inherited;
    private bool _isDisposed;

    private UringListener(IReadOnlyList<UringWorker> workers, int[] fds, IConnectionHandler handler)
    {
        _workers = workers;
        _fds = fds;
        Handler = handler;
        Endpoint = ListenerBinding.BoundTo(fds[0]);
        Handle = new SafeFileHandle(fds[0], ownsHandle: false);
    }

    public TcpEndpoint Endpoint { get; }

    public SafeHandle Handle { get; }

    public IConnectionHandler Handler { get; }

    /// <summary>Opens every worker's socket, so that no descriptor is missing later, and binds the first.</summary>
    /// <exception cref="ListenException">The endpoint cannot be bound.</exception>
    public static UringListener Bind(IReadOnlyList<UringWorker> workers, TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs)
    {
        var fds = new int[workers.Count];
        var opened = 0;
        try
        {
            for (; opened < fds.Length; opened++)
                fds[opened] = ListenerBinding.Open(endpoint);
            if (besideOurs)
                ListenerBinding.Share(fds[0], endpoint);
            ListenerBinding.Bind(fds[0], endpoint);
        }
        catch (ListenException)
        {
            CloseAll(fds.AsSpan(0, opened));
            throw;
        }

        return new UringListener(workers, fds, handler);
    }

    /// <summary>
    /// Takes over sockets that listen. Each goes to a worker, to one of them more than one where there are more; workers that would have none get a new one of
    /// the group, or share in one where there can be none: it is another user's group.
    /// </summary>
    /// <exception cref="ListenException">There is no descriptor left.</exception>
    public static UringListener Inherit(IReadOnlyList<UringWorker> workers, TcpEndpoint endpoint, ReadOnlySpan<int> descriptors, IConnectionHandler handler)
    {
        List<int> fds = [.. descriptors];
        try
        {
            while (fds.Count < workers.Count)
                fds.Add(Join(endpoint, descriptors));
        }
        catch (ListenException)
        {
            CloseAll([.. fds]);
            throw;
        }

        return new UringListener(workers, [.. fds], handler) { _inherited = descriptors.Length };
    }

    private static int Join(TcpEndpoint endpoint, ReadOnlySpan<int> group)
    {
        var fd = ListenerBinding.Open(endpoint);
        try
        {
            foreach (var member in group)
                ListenerBinding.Share(member, endpoint);
            ListenerBinding.Share(fd, endpoint);
            ListenerBinding.Bind(fd, endpoint);
            return fd;
        }
        catch (ListenException)
        {
            Libc.Close(fd);
            return Libc.Duplicate(group[0]) is >= 0 and var shared ? shared : throw new ListenException(endpoint, SocketError.TooManyOpenSockets);
        }
    }

    public IReadOnlyList<int> Descriptors => _fds;

    public async ValueTask AbandonAsync()
    {
        foreach (var acceptor in _acceptors ?? [])
            acceptor.LeavesWaiting = true;
        await DisposeAsync();
    }

    public void Listen()
    {
        if (_inherited > 0)
        {
            _fds = [.. _fds[.._inherited], .. _fds[_inherited..].Where(TryListen)];
            Accept();
            return;
        }

        // The first listens alone: with SO_REUSEPORT before that a second process of the same user could take the port, too, unnoticed. Its siblings join it
        // afterwards.
        ListenerBinding.Listen(_fds[0], Endpoint, Backlog);
        ListenerBinding.Share(_fds[0], Endpoint);
        foreach (var sibling in _fds.AsSpan(1))
        {
            ListenerBinding.Share(sibling, Endpoint);
            ListenerBinding.Bind(sibling, Endpoint);
            ListenerBinding.Listen(sibling, Endpoint, Backlog);
        }

        Accept();
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return;
        if (_acceptors is null)
            CloseAll(_fds);
        foreach (var acceptor in _acceptors ?? [])
            await acceptor.StopAsync();
    }

    private void Accept()
    {
        _acceptors = [.. _fds.Select((fd, i) => new UringAcceptor(_workers[i % _workers.Count], this, fd))];
        foreach (var acceptor in _acceptors)
            acceptor.Start();
    }

    /// <summary>One more that cannot is done without: those that are inherited let everybody in.</summary>
    private static bool TryListen(int fd)
    {
        if (Libc.Listen(fd, Backlog) >= 0)
            return true;
        Libc.Close(fd);
        return false;
    }

    private static void CloseAll(ReadOnlySpan<int> fds)
    {
        foreach (var fd in fds)
            Libc.Close(fd);
    }
}
