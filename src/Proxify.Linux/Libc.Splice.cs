using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Pipes and splice(2). All give zero or more, or a negative errno.</summary>
public static unsafe partial class Libc
{
    private const int OpenNonBlock = 0x800;
    private const int OpenCloseOnExec = 0x80000;
    private const int FcntlSetPipeSize = 1031;
    private const uint SpliceMove = 1;
    private const uint SpliceNonBlock = 2;

    /// <summary>pipe2(2), non-blocking; <paramref name="ends"/> becomes the reading and the writing end.</summary>
    public static int Pipe(int* ends) => Result(pipe2(ends, OpenNonBlock | OpenCloseOnExec));

    /// <summary>F_SETPIPE_SZ: the capacity in bytes that the pipe now has. EPERM above /proc/sys/fs/pipe-max-size or the user's limit.</summary>
    public static int SetPipeSize(int fd, int bytes) => Result(fcntl(fd, FcntlSetPipeSize, bytes));

    /// <summary>Moves pages between a pipe and a non-blocking socket; -EAGAIN where nothing can be moved now, 0 at the end of the stream.</summary>
    public static nint Splice(int from, int to, nuint bytes)
    {
        // Without SPLICE_F_MORE: it corks the socket, and the last bytes of a burst would wait 200 ms.
        var moved = splice(from, null, to, null, bytes, SpliceMove | SpliceNonBlock);
        return moved >= 0 ? moved : -Marshal.GetLastPInvokeError();
    }

    /// <summary>read(2) of what a pipe holds; -EAGAIN where that is nothing.</summary>
    public static int ReadPipe(int fd, Span<byte> buffer)
    {
        fixed (byte* b = buffer)
            return Result(read(fd, b, (nuint)buffer.Length));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint read(int fd, void* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint splice(int from, long* fromOffset, int to, long* toOffset, nuint bytes, uint flags);
}
