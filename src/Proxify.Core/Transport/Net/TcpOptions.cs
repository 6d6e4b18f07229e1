using Proxify.Linux;

namespace Proxify.Transport.Net;

/// <summary>The options of every socket. Accepted sockets inherit them from their listener. None of them can fail on a TCP socket.</summary>
internal static class TcpOptions
{
    /// <summary>
    /// SO_REUSEADDR, so that a port that the kernel has lent to a dial can be listened on all the same, even while the connection lives or is in TIME_WAIT:
    /// that takes it on both (inet_csk_bind_conflict() in net/ipv4/inet_connection_sock.c).
    /// </summary>
    private static readonly SocketOption[] Options =
        [new(Libc.IpProtoTcp, Libc.TcpNoDelay, 1), new(Libc.SolSocket, Libc.SoReuseAddress, 1), .. PeerLiveness.Default.Options];

    public static ReadOnlySpan<SocketOption> All => Options;

    public static void Apply(int fd, ReadOnlySpan<SocketOption> options)
    {
        foreach (var (level, name, value) in options)
            _ = Libc.SetOption(fd, level, name, value);
    }
}
