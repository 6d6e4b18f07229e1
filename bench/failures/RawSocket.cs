using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Proxify.FailuresBench;

/// <summary>A blocking TCP connection to 127.0.0.1 in bare system calls: a client that floods must not spend its time in .NET.</summary>
static unsafe partial class RawSocket
{
    const int Inet = 2;
    const int Stream = 1;
    const int CloseOnExec = 0x80000;
    const int SolSocket = 1;
    const int Linger = 13;
    const int ReceiveTimeout = 20;
    const int SendTimeout = 21;
    const int NoSignal = 0x4000;
    const int DontWait = 0x40;
    const int ShutWrite = 1;

    /// <summary>A descriptor, or -1. Connecting, sending and receiving end after <paramref name="patience"/> seconds.</summary>
    public static int Connect(int port, long patience)
    {
        var fd = socket(Inet, Stream | CloseOnExec, 0);
        if (fd < 0)
            return -1;
        var time = stackalloc long[2] { patience, 0 };
        _ = setsockopt(fd, SolSocket, SendTimeout, time, 16);
        _ = setsockopt(fd, SolSocket, ReceiveTimeout, time, 16);
        Span<byte> address = [Inet, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(address[2..], (ushort)port);
        fixed (byte* start = address)
        {
            if (connect(fd, start, address.Length) == 0)
                return fd;
        }

        _ = close(fd);
        return -1;
    }

    public static bool TrySend(int fd, ReadOnlySpan<byte> bytes, bool wait = true)
    {
        fixed (byte* start = bytes)
            return send(fd, start, (nuint)bytes.Length, wait ? NoSignal : NoSignal | DontWait) == bytes.Length;
    }

    /// <summary>Waits for something to come.</summary>
    public static bool TryReceive(int fd)
    {
        var buffer = stackalloc byte[256];
        return recv(fd, buffer, 256, 0) > 0;
    }

    /// <summary>Takes what has come.</summary>
    public static void Discard(int fd)
    {
        var buffer = stackalloc byte[4096];
        while (recv(fd, buffer, 4096, DontWait) > 0)
        {
        }
    }

    public static void ShutdownSend(int fd) => _ = shutdown(fd, ShutWrite);

    public static void Close(int fd) => _ = close(fd);

    public static void Reset(int fd)
    {
        var linger = 1L; // on, 0 s
        _ = setsockopt(fd, SolSocket, Linger, &linger, 8);
        _ = close(fd);
    }

    [LibraryImport("libc")]
    private static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc")]
    private static partial int connect(int fd, byte* address, int length);

    [LibraryImport("libc")]
    private static partial int setsockopt(int fd, int level, int name, void* value, int length);

    [LibraryImport("libc")]
    private static partial nint send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial nint recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport("libc")]
    private static partial int shutdown(int fd, int how);

    [LibraryImport("libc")]
    private static partial int close(int fd);
}
