using Proxify.Linux;

namespace Proxify.Transport.Net;

/// <summary>How sockets that are to listen are made; bare descriptors.</summary>
internal static class ListenerBinding
{
    /// <summary>With all options of a listener, non-blocking, and not bound yet.</summary>
    /// <exception cref="ListenException">There is no descriptor or memory left, or no such address family.</exception>
    public static int Open(TcpEndpoint endpoint)
    {
        var fd = Libc.Socket(endpoint.ToSocketAddress().Family, Libc.SockStream | Libc.SockNonBlock | Libc.SockCloseOnExec);
        Check(endpoint, fd);
        try
        {
            // The IPv6 wildcard takes IPv4 too; a given IPv6 address takes itself only.
            if (!endpoint.IsIPv4)
                Check(endpoint, Libc.SetOption(fd, Libc.IpProtoIPv6, Libc.IPv6Only, endpoint.IsAny ? 0 : 1));
            TcpOptions.Apply(fd, TcpOptions.All);
            return fd;
        }
        catch (ListenException)
        {
            Libc.Close(fd);
            throw;
        }
    }

    /// <exception cref="ListenException">The endpoint is another's, or none of this machine's.</exception>
    public static void Bind(int fd, TcpEndpoint endpoint) => Check(endpoint, Libc.Bind(fd, endpoint.ToSocketAddress()));

    /// <exception cref="ListenException">Another process listens there meanwhile; see <see cref="IListener.Listen"/>.</exception>
    public static void Listen(int fd, TcpEndpoint endpoint, int backlog) => Check(endpoint, Libc.Listen(fd, backlog));

    /// <summary>
    /// Lets others share the endpoint (SO_REUSEPORT). Set before the first socket listens, it lets any process of the same user, unnoticed; set after that,
    /// only those of ours that ask for it.
    /// </summary>
    /// <exception cref="ListenException">The kernel refuses.</exception>
    public static void Share(int fd, TcpEndpoint endpoint) => Check(endpoint, Libc.SetOption(fd, Libc.SolSocket, Libc.SoReusePort, 1));

    /// <summary>What it is bound to.</summary>
    public static TcpEndpoint BoundTo(int fd)
    {
        _ = Libc.LocalAddress(fd, out var address);
        return address.ToEndpoint();
    }

    private static void Check(TcpEndpoint endpoint, int result)
    {
        if (result < 0)
            throw new ListenException(endpoint, SocketErrors.FromErrno(-result));
    }
}
