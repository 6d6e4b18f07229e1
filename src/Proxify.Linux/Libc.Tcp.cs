using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Socket calls on bare descriptors. All give zero or more, or a negative errno.</summary>
public static unsafe partial class Libc
{
    public const int AfInet = 2;
    public const int AfInet6 = 10;
    public const int SockStream = 1;
    public const int SockNonBlock = 0x800;
    public const int SockCloseOnExec = 0x80000;

    public const int SolSocket = 1;

    private const byte TcpListen = 10;
    public const int SoReuseAddress = 2;
    public const int SoError = 4;
    public const int SoKeepAlive = 9;
    public const int SoLinger = 13;
    public const int SoReusePort = 15;
    public const int IpProtoIP = 0;
    public const int IPTransparent = 19;
    public const int IPBindAddressNoPort = 24;
    public const int IpProtoTcp = 6;
    public const int TcpNoDelay = 1;
    public const int TcpKeepIdle = 4;
    public const int TcpKeepInterval = 5;
    public const int TcpKeepCount = 6;
    public const int TcpDeferAccept = 9;
    public const int TcpUserTimeout = 18;
    public const int IpProtoIPv6 = 41;
    public const int IPv6Only = 26;
    public const int IPv6Transparent = 75;

    private const int AfUnspec = 0;
    private const int ShutWr = 1;
    private const int ShutRdWr = 2;
    private const nuint SiocOutQ = 0x5411;
    private const nuint FioNRead = 0x541b;
    private const int TcpInfo = 11;

    // net/tcp_states.h.
    private const byte TcpFinWait1 = 4;
    private const byte TcpFinWait2 = 5;
    private const byte TcpTimeWait = 6;
    private const byte TcpClose = 7;
    private const byte TcpLastAck = 9;
    private const byte TcpClosing = 11;

    public const int MsgDontWait = 0x40;
    public const int MsgTruncate = 0x20;
    public const int MsgNoSignal = 0x4000;

    public static int Socket(int family, int type) => Result(socket(family, type, 0));

    public static int Bind(int fd, SocketAddress address) => Result(bind(fd, &address, address.Length));

    /// <summary>
    /// connect(2). On a non-blocking socket -EINPROGRESS, then -EALREADY for each further call until the outcome is known, which the next call gives.
    /// </summary>
    public static int Connect(int fd, SocketAddress address) => Result(connect(fd, &address, address.Length));

    /// <summary>
    /// Connects to AF_UNSPEC (connect(2)): sends RST at once where there is a connection, wakes everybody who waits on the socket, and makes it as good as new
    /// for the next connect. The descriptor stays, so another thread that is using it meets an error code and never a closed or reused descriptor. The kernel's
    /// side is tcp_disconnect() in net/ipv4/tcp.c.
    /// </summary>
    public static int Disconnect(int fd)
    {
        ulong* address = stackalloc ulong[2];
        address[0] = AfUnspec;
        return Result(connect(fd, address, 16));
    }

    /// <summary>How many of the entries something has come for; does not wait.</summary>
    public static int Poll(Span<PollEntry> entries)
    {
        fixed (PollEntry* first = entries)
            return Result(poll(first, (nuint)entries.Length, 0));
    }

    /// <summary>Whether receiving would give something at once: bytes, the end, or an error.</summary>
    public static bool HasInput(int fd) => PollNow(fd, PollEvents.In) != PollEvents.None;

    /// <summary>Whether sending would not have to wait; of a connect under way, whether its outcome is known.</summary>
    public static bool IsWritable(int fd) => PollNow(fd, PollEvents.Out) != PollEvents.None;

    /// <summary>Whether the connection is over: after RST, or after FIN both ways (TCP_INFO, tcp(7); TCP_CLOSE of net/tcp_states.h).</summary>
    public static bool IsClosed(int fd) => State(fd) == TcpClose;

    /// <summary>
    /// Whether FIN has been sent on a connection of which no error has been received yet: where it is over, an error that waits means RST, and none that both
    /// sides have sent FIN.
    /// </summary>
    public static bool HasSentFin(int fd) => State(fd) switch
    {
        TcpFinWait1 or TcpFinWait2 or TcpTimeWait or TcpLastAck or TcpClosing => true,
        TcpClose => (PollNow(fd, PollEvents.None) & PollEvents.Error) == PollEvents.None,
        _ => false,
    };

    /// <summary>Which of <paramref name="events"/> there are at this moment; errors and hang-ups unasked, as poll(2) tells them.</summary>
    public static PollEvents PollNow(int fd, PollEvents events)
    {
        var entry = new PollEntry { Descriptor = fd, Events = events };
        return poll(&entry, 1, 0) > 0 ? entry.Returned : PollEvents.None;
    }

    /// <summary>
    /// Bytes that the peer's kernel has acknowledged so far (tcpi_bytes_acked of struct tcp_info, linux/tcp.h); zero where that is not to be had.
    /// </summary>
    public static long AcknowledgedBytes(int fd)
    {
        const int Offset = 120;
        var info = stackalloc long[(Offset / sizeof(long)) + 1];
        var length = Offset + sizeof(long);
        return getsockopt(fd, IpProtoTcp, TcpInfo, info, &length) == 0 && length == Offset + sizeof(long) ? info[Offset / sizeof(long)] : 0;
    }

    /// <summary>
    /// accept4(2). The peer's address is known also when it has reset since, where getpeername(2) knows nothing any more: accept asks getname() with peer = 2,
    /// which skips the look at the state (do_accept() in net/socket.c, inet_getname() in net/ipv4/af_inet.c).
    /// </summary>
    public static int Accept(int fd, int flags, out SocketAddress address)
    {
        var length = sizeof(SocketAddress);
        fixed (SocketAddress* a = &address)
            return Result(accept4(fd, a, &length, flags));
    }

    public static int Listen(int fd, int backlog) => Result(listen(fd, backlog));

    public static int SetOption(int fd, int level, int name, int value) => Result(setsockopt(fd, level, name, &value, sizeof(int)));

    /// <summary>Makes close(2) send RST and drop what is queued (SO_LINGER with a time of zero, socket(7)).</summary>
    public static int SetResetOnClose(int fd)
    {
        // struct linger: l_onoff = 1, l_linger = 0
        var linger = 1L;
        return Result(setsockopt(fd, SolSocket, SoLinger, &linger, sizeof(long)));
    }

    public static int LocalAddress(int fd, out SocketAddress address)
    {
        var length = sizeof(SocketAddress);
        fixed (SocketAddress* a = &address)
            return Result(getsockname(fd, a, &length));
    }

    public static int RemoteAddress(int fd, out SocketAddress address)
    {
        var length = sizeof(SocketAddress);
        fixed (SocketAddress* a = &address)
            return Result(getpeername(fd, a, &length));
    }

    /// <summary>Sends FIN after what was sent (SHUT_WR).</summary>
    public static int ShutdownSend(int fd) => Result(shutdown(fd, ShutWr));

    /// <summary>Sends FIN, and ends what waits to receive or send (SHUT_RDWR).</summary>
    public static int Shutdown(int fd) => Result(shutdown(fd, ShutRdWr));

    /// <summary>
    /// Bytes of memory that the send queue may still take: data needs up to a few times its own size (SO_MEMINFO, SK_MEMINFO_SNDBUF and SK_MEMINFO_WMEM_QUEUED
    /// of linux/sock_diag.h). Negative when it is overfull; zero where it is not to be had.
    /// </summary>
    public static int SendRoom(int fd)
    {
        const int SoMemInfo = 55, SendBuffer = 3, Queued = 5, Values = 9;
        var values = stackalloc int[Values];
        var length = Values * sizeof(int);
        return getsockopt(fd, SolSocket, SoMemInfo, values, &length) == 0 ? values[SendBuffer] - values[Queued] : 0;
    }

    /// <summary>Bytes in the send queue that the peer has not acknowledged (SIOCOUTQ, tcp(7)).</summary>
    public static int UnacknowledgedBytes(int fd)
    {
        int bytes;
        var result = Result(ioctl(fd, SiocOutQ, &bytes));
        return result == 0 ? bytes : result;
    }

    /// <summary>Bytes that have come and were not received yet (FIONREAD: tcp(7), SIOCINQ).</summary>
    public static int UnreadBytes(int fd)
    {
        int bytes;
        var result = Result(ioctl(fd, FioNRead, &bytes));
        return result == 0 ? bytes : result;
    }

    /// <summary>Whether it is a TCP socket that listens (TCP_LISTEN of net/tcp_states.h).</summary>
    public static bool IsListeningTcp(int fd) => State(fd) == TcpListen;

    /// <summary>Zero where there is none.</summary>
    private static byte State(int fd)
    {
        byte state; // the first of struct tcp_info
        var length = sizeof(byte);
        return getsockopt(fd, IpProtoTcp, TcpInfo, &state, &length) == 0 ? state : (byte)0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(int fd, SocketAddress* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(int fd, void* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollEntry* entries, nuint count, int timeout);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(int fd, SocketAddress* address, int* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(int fd, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setsockopt(int fd, int level, int name, void* value, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockopt(int fd, int level, int name, void* value, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getsockname(int fd, SocketAddress* address, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getpeername(int fd, SocketAddress* address, int* length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int ioctl(int fd, nuint request, int* argument);
}
