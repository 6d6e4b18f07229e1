namespace Proxify.Linux;

/// <summary>
/// One io_uring: a queue of submissions that this process fills and a queue of completions that the kernel fills, in shared memory, and one system call that
/// hands over a batch and waits. Used by the one thread that created it.
/// </summary>
public sealed unsafe class IoUring : IDisposable
{
    private const long OffsetRings = 0;
    private const long OffsetSqes = 0x1000_0000;
    private const uint SqCqOverflow = 1 << 1;

    private readonly IoUringHandle _handle;
    private readonly MappedMemory _rings;
    private readonly MappedMemory _sqeMemory;
    private readonly IoUringSqe* _sqes;
    private readonly uint* _sqHead;
    private readonly uint* _sqTail;
    private readonly uint* _sqFlags;
    private readonly uint _sqMask;
    private readonly IoUringCqe* _cqes;
    private readonly uint* _cqHead;
    private readonly uint* _cqTail;
    private readonly uint* _cqDropped;
    private readonly uint _cqMask;
    private readonly int _enterFd;
    private readonly IoUringEnter _enterFlags;
    private uint _tail;
    private uint _submitted;

    private IoUring(IoUringHandle handle, in IoUringParams parameters)
    {
        _handle = handle;
        SqEntries = parameters.SqEntries;
        CqEntries = parameters.CqEntries;
        Flags = parameters.Flags;
        Features = parameters.Features;

        var sq = parameters.Sq;
        var cq = parameters.Cq;
        var length = Math.Max(sq.F6 + (SqEntries * sizeof(uint)), cq.F5 + (CqEntries * (uint)sizeof(IoUringCqe)));
        _rings = MappedMemory.OfFile(handle.Fd, length, OffsetRings);
        _sqeMemory = MappedMemory.OfFile(handle.Fd, SqEntries * (uint)sizeof(IoUringSqe), OffsetSqes);

        var rings = _rings.Address;
        _sqes = (IoUringSqe*)_sqeMemory.Address;
        _sqHead = (uint*)(rings + sq.Head);
        _sqTail = (uint*)(rings + sq.Tail);
        _sqFlags = (uint*)(rings + sq.F4);
        _sqMask = SqEntries - 1;
        _cqes = (IoUringCqe*)(rings + cq.F5);
        _cqHead = (uint*)(rings + cq.Head);
        _cqTail = (uint*)(rings + cq.Tail);
        _cqDropped = (uint*)(rings + cq.F4);
        _cqMask = CqEntries - 1;
        if (!Flags.HasFlag(IoUringSetup.NoSqArray))
        {
            // Entries are used in order, so the index array is the identity for ever.
            var array = (uint*)(rings + sq.F6);
            for (var i = 0u; i < SqEntries; i++)
                array[i] = i;
        }

        (_enterFd, _enterFlags) = RegisterItself();
        if (Features.HasFlag(IoUringFeatures.NoIoWait))
            _enterFlags |= IoUringEnter.NoIoWait;
    }

    public int Fd => _handle.Fd;

    public uint SqEntries { get; }

    public uint CqEntries { get; }

    public IoUringSetup Flags { get; }

    public IoUringFeatures Features { get; }

    /// <summary>
    /// Completions that are lost: their queue was full and the kernel found no memory to keep them. With <see cref="IoUringFeatures.NoDrop"/> otherwise none.
    /// </summary>
    public uint Dropped => Volatile.Read(ref *_cqDropped);

    /// <summary>Submissions that wait for <see cref="Submit"/>.</summary>
    public uint Unsubmitted => _tail - _submitted;

    /// <summary>Sets up a ring for the calling thread. Gives a negative errno where the kernel refuses (io_uring_setup(2)).</summary>
    /// <param name="sqEntries">Rounded up to a power of two.</param>
    /// <param name="cqEntries">Rounded up to a power of two; used with <see cref="IoUringSetup.CqSize"/>.</param>
    /// <param name="flags">As asked; there is no fallback here.</param>
    /// <param name="ring">The ring, or null.</param>
    public static int TryCreate(uint sqEntries, uint cqEntries, IoUringSetup flags, out IoUring? ring)
    {
        var parameters = new IoUringParams { Flags = flags, CqEntries = cqEntries };
        var fd = Libc.IoUringSetup(sqEntries, &parameters);
        if (fd < 0)
        {
            ring = null;
            return fd;
        }

        var handle = new IoUringHandle(fd);
        if (!parameters.Features.HasFlag(IoUringFeatures.SingleMmap))
        {
            handle.Dispose();
            ring = null;
            return -Errno.NoSys;
        }

        try
        {
            ring = new IoUring(handle, parameters);
            return 0;
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>A cleared submission entry. A full queue is submitted first.</summary>
    /// <exception cref="IoUringException">The kernel takes no more submissions.</exception>
    public IoUringSqe* NextSqe()
    {
        if (_tail - Volatile.Read(ref *_sqHead) > _sqMask)
            MakeRoom();
        var sqe = &_sqes[_tail & _sqMask];
        _tail++;
        *sqe = default;
        return sqe;
    }

    /// <summary>Hands over what was prepared, without waiting: the number taken, or a negative errno.</summary>
    public int Submit() => Enter(0, IoUringEnter.None);

    /// <summary>Hands over what was prepared and waits for so many completions: the number taken, or a negative errno.</summary>
    public int SubmitAndWait(uint completions) => Enter(completions, IoUringEnter.GetEvents);

    /// <summary>The completions that are there. Take them with <see cref="Completion"/>, then <see cref="Advance"/>.</summary>
    public uint Completions => Volatile.Read(ref *_cqTail) - *_cqHead;

    /// <summary>Whether completions wait in the kernel for room in the queue; <see cref="SubmitAndWait"/> brings them.</summary>
    public bool HasOverflow => (Volatile.Read(ref *_sqFlags) & SqCqOverflow) != 0;

    /// <summary>The completion that lies <paramref name="index"/> after the oldest.</summary>
    public ref readonly IoUringCqe Completion(uint index) => ref _cqes[(*_cqHead + index) & _cqMask];

    /// <summary>Gives the oldest entries back to the kernel.</summary>
    public void Advance(uint count) => Volatile.Write(ref *_cqHead, *_cqHead + count);

    /// <summary>By the thread that created the ring: it holds a reference of its own until it says otherwise or ends.</summary>
    public void Dispose()
    {
        if (_enterFlags.HasFlag(IoUringEnter.RegisteredRing))
        {
            var update = new IoUringRsrcUpdate { Offset = (uint)_enterFd };
            _ = Libc.IoUringRegister(Fd, IoUringRegister.UnregisterRingFds, &update, 1);
        }

        _sqeMemory.Dispose();
        _rings.Dispose();
        _handle.Dispose();
    }

    private int Enter(uint waitFor, IoUringEnter flags)
    {
        Volatile.Write(ref *_sqTail, _tail);
        var taken = Libc.IoUringEnter(_enterFd, _tail - _submitted, waitFor, flags | _enterFlags);
        if (taken > 0)
            _submitted += (uint)taken;
        return taken;
    }

    private void MakeRoom()
    {
        // EINTR, and EBUSY or EAGAIN while the kernel is out of room for completions or requests: entering for events lets it catch up.
        for (var tries = 0; tries < 100; tries++)
        {
            var taken = Enter(0, tries == 0 ? IoUringEnter.None : IoUringEnter.GetEvents);
            if (_tail - Volatile.Read(ref *_sqHead) <= _sqMask)
                return;
            if (taken is < 0 and not (-Errno.Interrupted or -Errno.Busy or -Errno.Again))
                throw new IoUringException("submitting", -taken);
        }

        throw new IoUringException("submitting", Errno.Busy);
    }

    /// <summary>A registered ring spares each system call the look-up of its descriptor (5.18).</summary>
    private (int EnterFd, IoUringEnter Flags) RegisterItself()
    {
        var update = new IoUringRsrcUpdate { Offset = uint.MaxValue, Data = (ulong)Fd };
        return Libc.IoUringRegister(Fd, IoUringRegister.RingFds, &update, 1) == 1 ? ((int)update.Offset, IoUringEnter.RegisteredRing) : (Fd, IoUringEnter.None);
    }
}
