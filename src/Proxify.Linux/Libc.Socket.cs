using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Socket calls that System.Net.Sockets has no name for.</summary>
public static unsafe partial class Libc
{
    private const int AfUnspec = 0;
    private const int ShutWr = 1;
    private const int ShutRdWr = 2;
    private const nuint SiocOutQ = 0x5411;
    private const nuint FioNRead = 0x541b;

    /// <summary>
    /// Connects to AF_UNSPEC (connect(2)): sends RST at once and wakes everybody who waits on the socket, but keeps the descriptor, so another
    /// thread that is using it meets an error code and never a closed or reused descriptor. The kernel side is tcp_disconnect() in net/ipv4/tcp.c.
    /// </summary>
    public static int Disconnect(SafeHandle socket)
    {
        // struct sockaddr with sa_family = AF_UNSPEC; the rest is not read.
        ulong* address = stackalloc ulong[2];
        address[0] = AfUnspec;
        return connect(socket, address, 16);
    }

    /// <summary>Sends FIN after what was sent (shutdown(2), SHUT_WR); an errno-less code instead of an exception when the peer has reset.</summary>
    public static int ShutdownSend(SafeHandle socket) => shutdown(socket, ShutWr);

    /// <summary>Bytes in the send queue that the peer has not acknowledged (SIOCOUTQ, tcp(7)); negative when the socket is gone.</summary>
    public static int UnacknowledgedBytes(SafeHandle socket)
    {
        int bytes;
        return ioctl(socket, SiocOutQ, &bytes) == 0 ? bytes : -1;
    }

    /// <summary>setsockopt(2); a code instead of an exception.</summary>
    public static int SetOption(SafeHandle socket, int level, int name, int value) => setsockopt(socket, level, name, &value, sizeof(int));

    /// <summary>As <see cref="AcknowledgedBytes(int)"/>.</summary>
    public static long AcknowledgedBytes(SafeHandle socket)
    {
        var held = false;
        socket.DangerousAddRef(ref held);
        try
        {
            return AcknowledgedBytes((int)socket.DangerousGetHandle());
        }
        finally
        {
            socket.DangerousRelease();
        }
    }

    /// <summary>Bytes that have come and were not received yet (FIONREAD: tcp(7), SIOCINQ); negative when the socket is gone.</summary>
    public static int UnreadBytes(SafeHandle socket)
    {
        int bytes;
        return ioctl(socket, FioNRead, &bytes) == 0 ? bytes : -1;
    }

    /// <summary>As <see cref="DropUnread(int)"/>.</summary>
    public static void DropUnread(SafeHandle socket) => _ = recv(socket, null, int.MaxValue, MsgDontWait | MsgTruncate);

    [LibraryImport("libc")]
    private static partial int connect(SafeHandle socket, void* address, uint length);

    [LibraryImport("libc")]
    private static partial int shutdown(SafeHandle socket, int how);

    [LibraryImport("libc")]
    private static partial int setsockopt(SafeHandle socket, int level, int name, void* value, int length);

    [LibraryImport("libc")]
    private static partial nint recv(SafeHandle socket, void* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int ioctl(SafeHandle fd, nuint request, int* argument);
}
