using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>What the transport needs of a kernel, tried out.</summary>
internal static unsafe class UringProbe
{
    private const IoUringSetup Setup =
        IoUringSetup.SingleIssuer | IoUringSetup.DeferTaskrun | IoUringSetup.CqSize | IoUringSetup.SubmitAll | IoUringSetup.Clamp;

    private static readonly IoUringOp[] Operations =
    [
        IoUringOp.PollAdd, IoUringOp.Timeout, IoUringOp.TimeoutRemove, IoUringOp.AsyncCancel, IoUringOp.Connect, IoUringOp.Close,
        IoUringOp.Read, IoUringOp.Send, IoUringOp.Recv,
    ];

    /// <summary>A worker's ring, for the calling thread: zero, or a negative errno.</summary>
    public static int TryCreateRing(int submissions, int completions, out IoUring? ring)
    {
        var error = IoUring.TryCreate((uint)submissions, (uint)completions, Setup | IoUringSetup.NoSqArray, out ring);
        return error == -Errno.Invalid ? IoUring.TryCreate((uint)submissions, (uint)completions, Setup, out ring) : error;
    }

    public static bool Try(out string reason)
    {
        var error = TryCreateRing(8, 16, out var ring);
        if (ring is null)
        {
            reason = Describe(-error);
            return false;
        }

        using (ring)
        {
            reason = FindMissing(ring);
            return reason.Length == 0;
        }
    }

    private static string FindMissing(IoUring ring)
    {
        const IoUringFeatures Needed = IoUringFeatures.NoDrop | IoUringFeatures.CqeSkip;
        if (!ring.Features.HasFlag(Needed))
            return $"the kernel's io_uring lacks {Needed & ~ring.Features}";
        if (!IoUringProbe.Supports(ring, Operations, out var missing))
            return $"the kernel's io_uring lacks the operation {missing}";
        try
        {
            using var buffers = new IoUringBufferRing(ring, group: 1, count: 1, size: 4096);
        }
        catch (IoUringException e)
        {
            return Explain(e);
        }

        // A seccomp filter may allow one call of io_uring and not another.
        _ = ring.NextSqe();
        var taken = ring.SubmitAndWait(1);
        return taken == 1 ? "" : Describe(-taken);
    }

    /// <summary>The refusal and, where it can be known, what to do about it.</summary>
    public static string Explain(IoUringException refusal) => refusal.ErrorNumber switch
    {
        Errno.NoMemory => $"{refusal.Message}: {DescribeNoMemory()}",
        Errno.Again => $"{refusal.Message}: a limit of threads (ulimit -u, TasksMax, pids.max) or of address space (ulimit -v) is reached",
        _ => refusal.Message,
    };

    /// <summary>
    /// Rings are charged to their user's locked memory, all processes together, unless the process may lock what it likes (io_uring/rsrc.c, __io_account_mem).
    /// </summary>
    private static string DescribeNoMemory()
    {
        var locked = Libc.LockedMemoryLimit is { } lockedBytes && !Libc.HasCapability(Capability.IpcLock)
            ? $"this user's locked memory is used up, ulimit -l (LimitMEMLOCK) is {lockedBytes / 1024} KiB" : null;
        var space = Libc.AddressSpaceLimit is { } spaceBytes ? $"the address space is used up, ulimit -v (LimitAS) is {spaceBytes >> 20} MiB" : null;
        return (locked, space) switch
        {
            (null, null) => "the kernel finds no memory",
            ({ }, { }) => $"{locked}; or {space}",
            _ => locked ?? space!,
        };
    }

    private static string Describe(int errno) => errno switch
    {
        Errno.NoSys => "the kernel has no io_uring (Linux 6.1 or later is needed)",
        Errno.Perm => "io_uring is forbidden here (kernel.io_uring_disabled, or a seccomp profile as containers have)",
        Errno.Invalid => "the kernel's io_uring is too old (Linux 6.1 or later is needed)",
        Errno.NoMemory => $"io_uring_setup fails: {DescribeNoMemory()}",
        _ => $"io_uring_setup fails: {Errno.Describe(errno)}",
    };
}
