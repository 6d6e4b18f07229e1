using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>The options of every socket. Accepted sockets inherit them from their listener.</summary>
internal static class SocketOptions
{
    /// <summary>A vanished peer is noticed after 60 s of silence and 5 probes 15 s apart, not after the kernel's two hours.</summary>
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 5;

    // None of these can fail on a TCP socket.
    public static void Apply(int fd)
    {
        _ = Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpNoDelay, 1);
        _ = Libc.SetOption(fd, Libc.SolSocket, Libc.SoKeepAlive, 1);
        _ = Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpKeepIdle, KeepAliveIdleSeconds);
        _ = Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpKeepInterval, KeepAliveIntervalSeconds);
        _ = Libc.SetOption(fd, Libc.IpProtoTcp, Libc.TcpKeepCount, KeepAliveProbes);
    }
}
