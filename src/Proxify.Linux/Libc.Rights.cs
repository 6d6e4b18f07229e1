using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Descriptors that go from one process to another: SCM_RIGHTS over a UNIX socket, unix(7). All give zero or more, or a negative errno.</summary>
public static unsafe partial class Libc
{
    /// <summary>As many as one message takes (SCM_MAX_FD of include/net/scm.h).</summary>
    public const int MostDescriptors = 253;

    private const int AfUnix = 1;
    private const int SockSequenced = 5;
    private const int SolSocketLevel = 1;
    private const int ScmRights = 1;
    private const int MsgControlTruncated = 0x8;
    private const int MsgControlCloseOnExec = 0x40000000;
    private const int ControlHead = 16;
    private const uint MemFdCloseOnExec = 1;

    /// <summary>socketpair(2) of SOCK_SEQPACKET, closed on exec.</summary>
    public static int SequencedPair(int* ends) => Result(socketpair(AfUnix, SockSequenced | SockCloseOnExec, 0, ends));

    /// <summary>Sends one message with descriptors, which stay open here. Waits for room.</summary>
    public static int SendWithDescriptors(int socket, ReadOnlySpan<byte> message, ReadOnlySpan<int> descriptors)
    {
        var control = stackalloc byte[ControlHead + (MostDescriptors * sizeof(int)) + sizeof(int)];
        fixed (byte* bytes = message)
        {
            var part = new IoVector { Base = bytes, Length = (nuint)message.Length };
            var head = new MessageHead { Parts = &part, PartCount = 1 };
            if (!descriptors.IsEmpty)
            {
                var length = ControlHead + (descriptors.Length * sizeof(int));
                *(nuint*)control = (nuint)length;
                *(int*)(control + sizeof(nuint)) = SolSocketLevel;
                *(int*)(control + sizeof(nuint) + sizeof(int)) = ScmRights;
                descriptors.CopyTo(new Span<int>(control + ControlHead, descriptors.Length));
                head.Control = control;
                head.ControlLength = (nuint)((length + sizeof(nuint) - 1) & ~(sizeof(nuint) - 1));
            }

            return Result(sendmsg(socket, &head, MsgNoSignal));
        }
    }

    /// <summary>Receives one message and its descriptors, which are closed on exec. Waits for it; 0 at the end.</summary>
    /// <param name="socket">Of <see cref="SequencedPair"/>.</param>
    /// <param name="buffer">For all of the message: what it has no room for is lost.</param>
    /// <param name="descriptors">For <see cref="MostDescriptors"/>.</param>
    /// <param name="count">Of descriptors.</param>
    public static int ReceiveWithDescriptors(int socket, Span<byte> buffer, Span<int> descriptors, out int count)
    {
        var control = stackalloc byte[ControlHead + (MostDescriptors * sizeof(int)) + sizeof(int)];
        count = 0;
        fixed (byte* bytes = buffer)
        {
            var part = new IoVector { Base = bytes, Length = (nuint)buffer.Length };
            var head = new MessageHead
            {
                Parts = &part,
                PartCount = 1,
                Control = control,
                ControlLength = ControlHead + (MostDescriptors * sizeof(int)) + sizeof(int),
            };
            var received = Result(recvmsg(socket, &head, MsgControlCloseOnExec));
            if (received < 0 || head.ControlLength < ControlHead || *(int*)(control + sizeof(nuint) + sizeof(int)) != ScmRights)
                return received;
            count = (int)(*(nuint*)control - ControlHead) / sizeof(int);
            new Span<int>(control + ControlHead, count).CopyTo(descriptors);
            return (head.Flags & MsgControlTruncated) != 0 ? -Errno.TooManyFiles : received;
        }
    }

    /// <summary>memfd_create(2), closed on exec.</summary>
    public static int MemoryFile(string name) => Result(memfd_create(name, MemFdCloseOnExec));

    /// <summary>write(2).</summary>
    public static int Write(int fd, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* b = bytes)
            return Result(write(fd, b, (nuint)bytes.Length));
    }

    /// <summary>pread(2).</summary>
    public static int ReadAt(int fd, Span<byte> buffer, long offset)
    {
        fixed (byte* b = buffer)
            return Result(pread(fd, b, (nuint)buffer.Length, offset));
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint pread(int fd, void* buffer, nuint count, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(int socket, MessageHead* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(int socket, MessageHead* message, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int memfd_create(string name, uint flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct IoVector
    {
        public byte* Base;
        public nuint Length;
    }

    /// <summary>struct msghdr, recvmsg(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct MessageHead
    {
        public void* Name;
        public uint NameLength;
        public IoVector* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }
}
