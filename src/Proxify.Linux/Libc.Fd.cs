using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Calls on bare descriptors, for owners that count their own references.</summary>
public static unsafe partial class Libc
{
    private const int EfdCloseOnExec = 0x80000;

    /// <summary>close(2). Never blocks on sockets, pipes and eventfds without SO_LINGER, hence without the collector's transition.</summary>
    public static int Close(int fd) => close(fd);

    /// <summary>eventfd(2), blocking (a ring's read then waits in the ring): a descriptor, or a negative errno.</summary>
    public static int EventFd() => Result(eventfd(0, EfdCloseOnExec));

    /// <summary>Adds one to an eventfd, waking whoever reads it.</summary>
    public static void SignalEventFd(int fd)
    {
        var one = 1UL;
        _ = write(fd, &one, sizeof(ulong));
    }

    /// <summary>send(2) of what a socket takes without waiting: bytes, or a negative errno.</summary>
    public static int TrySend(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* b = bytes)
            return Result(send(fd, b, (nuint)bytes.Length, MsgDontWait | MsgNoSignal));
    }

    /// <summary>recv(2) of what has come, without waiting: bytes, 0 at the end, or a negative errno.</summary>
    public static int TryReceive(int fd, Span<byte> buffer)
    {
        fixed (byte* b = buffer)
            return Result(recv(fd, b, (nuint)buffer.Length, MsgDontWait));
    }

    /// <summary>Drops what has come and was not received (MSG_TRUNC of tcp(7)): what is unread would make close(2) send RST instead of FIN.</summary>
    public static void DropUnread(int fd) => _ = recv(fd, null, int.MaxValue, MsgDontWait | MsgTruncate);

    [LibraryImport("libc")]
    [SuppressGCTransition]
    private static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int fd, void* buffer, nuint count);
}
