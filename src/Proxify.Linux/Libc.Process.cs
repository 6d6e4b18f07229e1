using System.Runtime.InteropServices;
using System.Text;

namespace Proxify.Linux;

/// <summary>The process, its terminal and its end.</summary>
public static unsafe partial class Libc
{
    private const int StandardError = 2;

    /// <summary>Whether the descriptor is a terminal that is still there (isatty(3)).</summary>
    public static bool IsTerminal(int fd) => isatty(fd) == 1;

    /// <summary>Straight to standard error.</summary>
    public static void WriteError(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* buffer = bytes)
            _ = write(StandardError, buffer, (nuint)bytes.Length);
    }

    /// <summary>Ends the process without running anything more of it (_exit(2)).</summary>
    public static void ExitNow(int code) => _exit(code);

    [LibraryImport("libc")]
    private static partial int isatty(int fd);

    [LibraryImport("libc")]
    private static partial void _exit(int code);
}
