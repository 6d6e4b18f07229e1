using System.Net.Sockets;

namespace Proxify.Transport.Sockets;

/// <summary>The options of every socket. Accepted sockets inherit them from their listener.</summary>
internal static class TcpOptions
{
    // asm-generic/socket.h; .NET has no name for SO_REUSEPORT alone.
    public const int SolSocket = 1;
    public const int SoReusePort = 15;

    /// <summary>A vanished peer is noticed after 60 s of silence and 5 probes 15 s apart, not after the kernel's two hours.</summary>
    private const int KeepAliveIdleSeconds = 60;
    private const int KeepAliveIntervalSeconds = 15;
    private const int KeepAliveProbes = 5;

    public static void Apply(Socket socket)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, KeepAliveIdleSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, KeepAliveIntervalSeconds);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, KeepAliveProbes);
    }
}
