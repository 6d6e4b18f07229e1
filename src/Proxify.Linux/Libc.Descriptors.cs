using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class Libc
{
    private const int FSetFd = 2;
    private const int FGetFlags = 3;
    private const int FSetFlags = 4;
    private const int NonBlocking = 0x800;
    private const int FDupFdCloseOnExec = 1030;
    private const int FdCloseOnExec = 1;

    /// <summary>A second descriptor of the same open file, closed on exec (fcntl(2), F_DUPFD_CLOEXEC); -1 and errno on failure.</summary>
    public static int Duplicate(int descriptor) => fcntl(descriptor, FDupFdCloseOnExec, 0);

    /// <summary>Says whether execve(2) closes the descriptor (fcntl(2), FD_CLOEXEC).</summary>
    public static int SetCloseOnExec(int descriptor, bool close) => fcntl(descriptor, FSetFd, close ? FdCloseOnExec : 0);

    /// <summary>Sets O_NONBLOCK of the open file (fcntl(2), F_SETFL).</summary>
    public static int SetNonBlocking(int descriptor) => fcntl(descriptor, FSetFlags, fcntl(descriptor, FGetFlags, 0) | NonBlocking);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);
}
