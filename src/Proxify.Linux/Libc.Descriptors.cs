using System.Runtime.InteropServices;

namespace Proxify.Linux;

public static unsafe partial class Libc
{
    private const int FSetFd = 2;
    private const int FDupFdCloseOnExec = 1030;
    private const int FdCloseOnExec = 1;

    /// <summary>A second descriptor of the same open file, closed on exec (fcntl(2), F_DUPFD_CLOEXEC); -1 and errno on failure.</summary>
    public static int Duplicate(int descriptor) => fcntl(descriptor, FDupFdCloseOnExec, 0);

    /// <summary>Says whether execve(2) closes the descriptor (fcntl(2), FD_CLOEXEC).</summary>
    public static int SetCloseOnExec(int descriptor, bool close) => fcntl(descriptor, FSetFd, close ? FdCloseOnExec : 0);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);
}
