using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Proxify.FunctionalTests.Endings;

/// <summary>send(2) and recv(2) just as they are: System.Net.Sockets sends on after a short send, and then an error hides what the kernel has taken.</summary>
internal static partial class RawTcp
{
    public const int Again = 11;
    public const int BrokenPipe = 32;
    public const int ProtocolError = 71;
    public const int ConnectionReset = 104;
    public const int NotConnected = 107;

    private const int MsgOob = 0x1;
    private const int MsgNoSignal = 0x4000;

    /// <summary>Bytes, or a negative errno.</summary>
    public static unsafe int Send(Socket socket, ReadOnlySpan<byte> bytes, bool isUrgent)
    {
        fixed (byte* first = bytes)
            return Result(send(socket.SafeHandle, first, (nuint)bytes.Length, MsgNoSignal | (isUrgent ? MsgOob : 0)));
    }

    /// <summary>Bytes, or a negative errno.</summary>
    public static unsafe int Receive(Socket socket, Span<byte> buffer)
    {
        fixed (byte* first = buffer)
            return Result(recv(socket.SafeHandle, first, (nuint)buffer.Length, 0));
    }

    private static int Result(nint result) => result < 0 ? -Marshal.GetLastPInvokeError() : (int)result;

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint send(SafeHandle socket, byte* bytes, nuint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial nint recv(SafeHandle socket, byte* bytes, nuint length, int flags);
}
