using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>A socket that asks the kernel (netlink(7)).</summary>
public static unsafe partial class Libc
{
    private const int SoReceiveTimeout = 20;

    public static int Socket(int family, int type, int protocol) => Result(socket(family, type, protocol));

    /// <summary>To whom the socket is connected, or to the kernel.</summary>
    public static int Send(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* b = bytes)
            return Result(send(fd, b, (nuint)bytes.Length, 0));
    }

    public static int Receive(int fd, Span<byte> buffer)
    {
        fixed (byte* b = buffer)
            return Result(recv(fd, b, (nuint)buffer.Length, 0));
    }

    /// <summary>For how long <see cref="Receive"/> waits (SO_RCVTIMEO, socket(7)); then it gives -EAGAIN.</summary>
    public static int SetReceiveTimeout(int fd, int seconds)
    {
        long* value = stackalloc long[] { seconds, 0 }; // struct timeval
        return Result(setsockopt(fd, SolSocket, SoReceiveTimeout, value, 2 * sizeof(long)));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(int fd, void* bytes, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(int fd, void* buffer, nuint length, int flags);
}
