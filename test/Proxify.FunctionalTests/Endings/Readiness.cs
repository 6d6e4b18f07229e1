using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Proxify.FunctionalTests.Endings;

/// <summary>Tells when something has happened to a socket, once for each time (epoll(7), edge-triggered).</summary>
internal sealed unsafe partial class Readiness : IDisposable
{
    private const int MaxEvents = 256;
    private const int Add = 1;
    private const uint All = 0x001 | 0x004 | 0x2000 | (1u << 31); // EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLET

    // struct epoll_event is packed on x86-64 only (linux/eventpoll.h).
    private static readonly int DataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventSize = DataOffset + 8;

    private readonly int _fd = epoll_create1(0);
    private readonly byte[] _events = new byte[16 * MaxEvents];

    public void Watch(SafeHandle socket, int mark)
    {
        Span<byte> entry = stackalloc byte[16];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, All);
        BinaryPrimitives.WriteInt64LittleEndian(entry[DataOffset..], mark);
        fixed (byte* p = entry)
            Assert.Equal(0, epoll_ctl(_fd, Add, socket, p));
    }

    /// <summary>The marks of those to whom something has happened; waits for it as long as is said.</summary>
    public void Collect(int milliseconds, HashSet<int> marks)
    {
        int count;
        fixed (byte* p = _events)
            count = epoll_wait(_fd, p, MaxEvents, milliseconds);
        for (var i = 0; i < count; i++)
            marks.Add((int)BinaryPrimitives.ReadInt64LittleEndian(_events.AsSpan((i * EventSize) + DataOffset)));
    }

    public void Dispose() => _ = Linux.Libc.Close(_fd);

    [LibraryImport("libc")]
    private static partial int epoll_create1(int flags);

    [LibraryImport("libc")]
    private static partial int epoll_ctl(int epoll, int operation, SafeHandle fd, byte* entry);

    [LibraryImport("libc")]
    private static partial int epoll_wait(int epoll, byte* entries, int count, int timeout);
}
