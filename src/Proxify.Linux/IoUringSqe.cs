using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>
/// struct io_uring_sqe: one submission. The methods fill in an operation in an entry that <see cref="IoUring.NextSqe"/> has cleared; what they point to has to
/// live until the submission (addresses) or the completion (data).
/// </summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoUringSqe
{
    private const uint PollAddMulti = 1 << 0;
    private const ulong SocketSetOption = 3; // SOCKET_URING_OP_SETSOCKOPT
    private const uint TimeoutAbsolute = 1 << 0;
    private const uint TimeoutUpdate = 1 << 1;

    public IoUringOp Opcode;
    public IoUringSqeBits Flags;
    public IoUringSocketBits IoPrio;
    public int Fd;
    public ulong Off;
    public ulong Addr;
    public uint Len;
    public uint OpFlags;
    public ulong UserData;
    public ushort BufGroup;
    public ushort Personality;
    public uint FileIndex;
    public ulong Addr3;
    public ulong Pad;

    public void Connect(int socket, SocketAddress* address, int length)
    {
        Opcode = IoUringOp.Connect;
        Fd = socket;
        Addr = (ulong)address;
        Off = (ulong)length;
    }

    /// <summary>setsockopt(2) (6.7); -EOPNOTSUPP where the kernel cannot.</summary>
    public void SetOption(int socket, int level, int name, int* value)
    {
        Opcode = IoUringOp.UringCmd;
        Fd = socket;
        Off = SocketSetOption;
        Addr = (uint)level | ((ulong)(uint)name << 32);
        FileIndex = sizeof(int); // optlen
        Addr3 = (ulong)value;
    }

    public void Recv(int socket, void* buffer, uint length)
    {
        Opcode = IoUringOp.Recv;
        Fd = socket;
        Addr = (ulong)buffer;
        Len = length;
    }

    /// <summary>Completes for everything that arrives, each time with a provided buffer, until <see cref="IoUringCqeBits.More"/> is clear.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="bufferGroup">Where the buffers come from.</param>
    /// <param name="pollFirst">Nothing is expected to be there yet.</param>
    /// <param name="limit">Ends after so many bytes (6.17; refused with -EINVAL before that), 0 for no limit.</param>
    public void RecvMultishot(int socket, ushort bufferGroup, bool pollFirst, uint limit = 0)
    {
        Opcode = IoUringOp.Recv;
        Fd = socket;
        Flags = IoUringSqeBits.BufferSelect;
        IoPrio = pollFirst ? IoUringSocketBits.Multishot | IoUringSocketBits.PollFirst : IoUringSocketBits.Multishot;
        BufGroup = bufferGroup;
        FileIndex = limit; // optlen
    }

    /// <summary>Completes once, with up to <paramref name="length"/> bytes in a provided buffer; 0: as many as fit.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="bufferGroup">Where the buffer comes from.</param>
    /// <param name="length">The most bytes.</param>
    /// <param name="pollFirst">Nothing is expected to be there yet.</param>
    public void RecvProvided(int socket, ushort bufferGroup, uint length = 0, bool pollFirst = false)
    {
        Opcode = IoUringOp.Recv;
        Fd = socket;
        Len = length;
        Flags = IoUringSqeBits.BufferSelect;
        IoPrio = pollFirst ? IoUringSocketBits.PollFirst : IoUringSocketBits.None;
        BufGroup = bufferGroup;
    }

    /// <summary>Sends what there is room for: fewer bytes than asked, or -EAGAIN.</summary>
    public void SendNow(int socket, void* buffer, uint length)
    {
        Opcode = IoUringOp.Send;
        Fd = socket;
        Addr = (ulong)buffer;
        Len = length;
        OpFlags = Libc.MsgNoSignal | Libc.MsgDontWait;
    }

    /// <summary>Sends what there is room for, waiting for some: fewer bytes than asked.</summary>
    public void Send(int socket, void* buffer, uint length)
    {
        Opcode = IoUringOp.Send;
        Fd = socket;
        Addr = (ulong)buffer;
        Len = length;
        OpFlags = Libc.MsgNoSignal;
    }

    public void Read(int fd, void* buffer, uint length)
    {
        Opcode = IoUringOp.Read;
        Fd = fd;
        Off = ulong.MaxValue; // the file's own position: what an eventfd or a pipe wants
        Addr = (ulong)buffer;
        Len = length;
    }

    /// <summary>Completes once with the events that occurred. POLLERR and POLLHUP need not be asked for.</summary>
    public void Poll(int fd, PollEvents events)
    {
        Opcode = IoUringOp.PollAdd;
        Fd = fd;
        OpFlags = BitConverter.IsLittleEndian ? (uint)events : ((uint)events << 16) | ((uint)events >> 16);
    }

    /// <summary>
    /// The same, again and again. The kernel adds RDHUP to what is reported: after FIN a poll that completes once would be over at once (IO_POLL_UNMASK,
    /// io_uring/poll.c).
    /// </summary>
    public void PollMultishot(int fd, PollEvents events)
    {
        Poll(fd, events);
        Len = PollAddMulti;
    }

    /// <summary>Completes with -ETIME at an absolute time of CLOCK_MONOTONIC.</summary>
    public void Timeout(KernelTimespec* at)
    {
        Opcode = IoUringOp.Timeout;
        Fd = -1;
        Addr = (ulong)at;
        Len = 1;
        OpFlags = TimeoutAbsolute;
    }

    /// <summary>Moves a timeout that has not fired yet; -ENOENT when it has.</summary>
    public void TimeoutUpdateTo(ulong userData, KernelTimespec* at)
    {
        Opcode = IoUringOp.TimeoutRemove;
        Fd = -1;
        Addr = userData;
        Off = (ulong)at;
        OpFlags = TimeoutUpdate | TimeoutAbsolute;
    }

    /// <summary>Cancels the submission with that user data; -ENOENT when there is none any more.</summary>
    public void Cancel(ulong userData)
    {
        Opcode = IoUringOp.AsyncCancel;
        Fd = -1;
        Addr = userData;
    }

    public void Close(int fd)
    {
        Opcode = IoUringOp.Close;
        Fd = fd;
    }
}
