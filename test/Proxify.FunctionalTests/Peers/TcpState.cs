using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Proxify.Peers;

/// <summary>What the kernel knows of a TCP socket and System.Net.Sockets does not tell.</summary>
internal static partial class TcpState
{
    private const int SolTcp = 6;
    private const int TcpInfo = 11;
    private const byte TcpClose = 7;
    private const nuint SiocOutQ = 0x5411;

    public static bool IsClosed(Socket socket)
    {
        Span<byte> info = stackalloc byte[104];
        socket.GetRawSocketOption(SolTcp, TcpInfo, info);
        return info[0] == TcpClose;
    }

    public static int Unacknowledged(Socket socket)
    {
        if (Ioctl(socket.SafeHandle, SiocOutQ, out var bytes) != 0)
            throw new SocketException(Marshal.GetLastPInvokeError());
        return bytes;
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static partial int Ioctl(SafeHandle socket, nuint request, out int value);
}
