using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport.Sockets;

/// <summary>The options of every socket. Accepted sockets inherit them from their listener.</summary>
internal static class TcpOptions
{
    // asm-generic/socket.h; .NET has no name for SO_REUSEPORT alone.
    public const int SolSocket = 1;
    public const int SoReusePort = 15;

    public static void Apply(Socket socket)
    {
        socket.NoDelay = true;
        // So that a port that the kernel has lent to a dial can be listened on all the same.
        _ = Libc.SetOption(socket.SafeHandle, Libc.SolSocket, Libc.SoReuseAddress, 1);
        Apply(socket, PeerLiveness.Default);
    }

    /// <summary>Other values than those that every socket begins with. None of them can fail on a TCP socket.</summary>
    public static void Apply(Socket socket, PeerLiveness liveness)
    {
        foreach (var (level, name, value) in liveness.Options)
            _ = Libc.SetOption(socket.SafeHandle, level, name, value);
    }
}
