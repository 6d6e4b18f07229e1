using System.Runtime.InteropServices;

namespace Proxify.Peers.Load;

/// <summary>Sending and receiving without what .NET adds: a load must cost little beside what it measures.</summary>
static unsafe partial class RawSocket
{
    const int DontWait = 0x40;
    const int NoSignal = 0x4000;
    const int Again = 11;
    const int ShutBoth = 2;

    /// <summary>Takes what is there: how many bytes; 0 at the end; -1 when there is nothing yet; -2 when the connection is lost.</summary>
    public static int Receive(int fd, Span<byte> to)
    {
        fixed (byte* start = to)
        {
            var count = (int)recv(fd, start, (nuint)to.Length, DontWait);
            return count >= 0 || Marshal.GetLastSystemError() == Again ? count : -2;
        }
    }

    /// <summary>Sends all of it, waiting for room where <paramref name="waits"/>.</summary>
    public static bool TrySend(int fd, ReadOnlySpan<byte> bytes, bool waits)
    {
        fixed (byte* start = bytes)
            return send(fd, start, (nuint)bytes.Length, waits ? NoSignal : NoSignal | DontWait) == bytes.Length;
    }

    public static bool TryShutdown(int fd) => shutdown(fd, ShutBoth) == 0;

    [LibraryImport("libc")]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    private static partial nint recv(int fd, byte* to, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint send(int fd, byte* from, nuint length, int flags);
}
