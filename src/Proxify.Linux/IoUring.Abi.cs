using System.Runtime.InteropServices;

namespace Proxify.Linux;

// The kernel's side of io_uring, as in <linux/io_uring.h>: names without their IORING_ prefix, layouts to the byte. Only what is used.

/// <summary>enum io_uring_op.</summary>
public enum IoUringOp : byte
{
    Nop = 0,
    PollAdd = 6,
    Timeout = 11,
    TimeoutRemove = 12,
    Accept = 13,
    AsyncCancel = 14,
    Connect = 16,
    Close = 19,
    Read = 22,
    Send = 26,
    Recv = 27,
    UringCmd = 46,
}

/// <summary>IORING_SETUP_*.</summary>
[Flags]
public enum IoUringSetup : uint
{
    None = 0,

    /// <summary>The completion queue's size is given, not twice the submission queue's.</summary>
    CqSize = 1 << 3,

    /// <summary>A size too large for the kernel is cut instead of refused.</summary>
    Clamp = 1 << 4,

    /// <summary>A submission that fails does not stop the rest of its batch.</summary>
    SubmitAll = 1 << 7,

    /// <summary>Only one thread submits: the kernel takes fewer locks (6.0).</summary>
    SingleIssuer = 1 << 12,

    /// <summary>Completions are produced only inside io_uring_enter, in batches, and never interrupt the thread (6.1).</summary>
    DeferTaskrun = 1 << 13,

    /// <summary>The submission queue has no index array (6.6).</summary>
    NoSqArray = 1 << 16,
}

/// <summary>IORING_FEAT_*.</summary>
[Flags]
public enum IoUringFeatures : uint
{
    None = 0,

    /// <summary>Both queues lie in one mapping (5.4).</summary>
    SingleMmap = 1 << 0,

    /// <summary>Completions that find the queue full are kept, not dropped (5.5).</summary>
    NoDrop = 1 << 1,

    /// <summary>A wait can carry a timeout (5.11).</summary>
    ExtArg = 1 << 8,

    /// <summary><see cref="IoUringSqeBits.CqeSkipSuccess"/> (5.17).</summary>
    CqeSkip = 1 << 11,

    /// <summary>Bundles of buffers in one send or receive (6.10).</summary>
    RecvSendBundle = 1 << 14,

    /// <summary>Waits with a minimum time (6.12).</summary>
    MinTimeout = 1 << 15,

    /// <summary>Waits that are not counted as waiting for a disk (6.15).</summary>
    NoIoWait = 1 << 17,
}

/// <summary>IORING_ENTER_*.</summary>
[Flags]
public enum IoUringEnter : uint
{
    None = 0,
    GetEvents = 1 << 0,
    ExtArg = 1 << 3,
    RegisteredRing = 1 << 4,
    NoIoWait = 1 << 7,
}

/// <summary>IOSQE_*.</summary>
[Flags]
public enum IoUringSqeBits : byte
{
    None = 0,
    BufferSelect = 1 << 5,
    CqeSkipSuccess = 1 << 6,
}

/// <summary>IORING_CQE_F_*.</summary>
[Flags]
public enum IoUringCqeBits : uint
{
    None = 0,

    /// <summary>The upper 16 bits are the id of the provided buffer.</summary>
    Buffer = 1 << 0,

    /// <summary>The submission lives on and will complete again.</summary>
    More = 1 << 1,

    /// <summary>There was more to receive.</summary>
    SockNonEmpty = 1 << 2,
}

/// <summary>sqe->ioprio of send and recv: IORING_RECVSEND_* and IORING_RECV_*.</summary>
[Flags]
public enum IoUringSocketBits : ushort
{
    None = 0,

    /// <summary>Nothing is expected to be there yet: wait first, then try.</summary>
    PollFirst = 1 << 0,
    Multishot = 1 << 1,
}

/// <summary>IORING_REGISTER_*.</summary>
public enum IoUringRegister : uint
{
    Probe = 8,
    RingFds = 20,
    UnregisterRingFds = 21,
    PbufRing = 22,
    UnregisterPbufRing = 23,
}

/// <summary>struct io_uring_cqe.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly struct IoUringCqe
{
    public readonly ulong UserData;

    /// <summary>What the system call would have returned; a negative errno where it failed.</summary>
    public readonly int Res;

    public readonly IoUringCqeBits Flags;
}

/// <summary>struct io_sqring_offsets; struct io_cqring_offsets has the same layout with other names from <see cref="F4"/> on.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoUringOffsets
{
    public uint Head;
    public uint Tail;
    public uint RingMask;
    public uint RingEntries;

    /// <summary>sq: flags; cq: overflow.</summary>
    public uint F4;

    /// <summary>sq: dropped; cq: cqes.</summary>
    public uint F5;

    /// <summary>sq: array; cq: flags.</summary>
    public uint F6;

    public uint Reserved;
    public ulong UserAddr;
}

/// <summary>struct io_uring_params.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoUringParams
{
    public uint SqEntries;
    public uint CqEntries;
    public IoUringSetup Flags;
    public uint SqThreadCpu;
    public uint SqThreadIdle;
    public IoUringFeatures Features;
    public uint WqFd;
    public fixed uint Reserved[3];
    public IoUringOffsets Sq;
    public IoUringOffsets Cq;
}

/// <summary>struct io_uring_buf. The ring's tail lies in the last field of its first entry (struct io_uring_buf_ring).</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoUringBuf
{
    public ulong Addr;
    public uint Len;
    public ushort Bid;
    public ushort Tail;
}

/// <summary>struct io_uring_buf_reg.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoUringBufReg
{
    public ulong RingAddr;
    public uint RingEntries;
    public ushort Bgid;
    public ushort Flags;
    public fixed ulong Reserved[3];
}

/// <summary>struct io_uring_rsrc_update, as IORING_REGISTER_RING_FDS takes it.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct IoUringRsrcUpdate
{
    public uint Offset;
    public uint Reserved;
    public ulong Data;
}

/// <summary>struct io_uring_probe with room for every op that there can be.</summary>
[StructLayout(LayoutKind.Sequential)]
public unsafe struct IoUringProbeResult
{
    public const int MaxOps = 256;

    public byte LastOp;
    public byte OpsLen;
    public ushort Reserved;
    public fixed uint Reserved2[3];

    /// <summary>struct io_uring_probe_op: op, reserved byte, flags (bit 0: supported), reserved word.</summary>
    public fixed ulong Ops[MaxOps];
}

/// <summary>struct __kernel_timespec.</summary>
[StructLayout(LayoutKind.Sequential)]
public struct KernelTimespec
{
    public long Seconds;
    public long Nanoseconds;
}
