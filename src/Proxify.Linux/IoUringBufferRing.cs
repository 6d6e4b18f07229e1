namespace Proxify.Linux;

/// <summary>
/// Buffers that the kernel takes from as data arrives (IORING_REGISTER_PBUF_RING, 5.19): receives hold no memory while they wait. A buffer's id is its index;
/// who has received one gives it back with <see cref="Provide"/>.
/// </summary>
public sealed unsafe class IoUringBufferRing : IDisposable
{
    private readonly IoUring _ring;
    private readonly MappedMemory _entryMemory;
    private readonly MappedMemory _bufferMemory;
    private readonly IoUringBuf* _entries;
    private readonly ushort _group;
    private readonly uint _mask;
    private ushort _tail;
    private ushort _published;

    /// <summary>Registers the ring, without buffers in it yet.</summary>
    /// <param name="ring">Where receives will ask for <paramref name="group"/>.</param>
    /// <param name="group">The buffer group's id.</param>
    /// <param name="count">A power of two up to 32,768.</param>
    /// <param name="size">Bytes in each.</param>
    /// <exception cref="IoUringException">The kernel refuses.</exception>
    public IoUringBufferRing(IoUring ring, ushort group, int count, int size)
    {
        _ring = ring;
        _group = group;
        Count = count;
        Size = size;
        _mask = (uint)count - 1;
        _entryMemory = MappedMemory.Zeroed((nuint)count * (nuint)sizeof(IoUringBuf));
        _bufferMemory = MappedMemory.Zeroed((nuint)count * (nuint)size);
        _entries = (IoUringBuf*)_entryMemory.Address;
        var registration = new IoUringBufReg { RingAddr = (ulong)_entries, RingEntries = (uint)count, Bgid = group };
        var error = Libc.IoUringRegister(ring.Fd, IoUringRegister.PbufRing, &registration, 1);
        if (error < 0)
        {
            FreeMemory();
            throw new IoUringException("registering a buffer ring", -error);
        }
    }

    public int Count { get; }

    public int Size { get; }

    public byte* Buffer(int id) => _bufferMemory.Address + ((nint)id * Size);

    /// <summary>Puts a buffer into the ring; the kernel sees it after <see cref="Publish"/>.</summary>
    public void Provide(int id)
    {
        // Field by field: the last of entry 0 is the ring's tail.
        var entry = &_entries[_tail & _mask];
        entry->Addr = (ulong)Buffer(id);
        entry->Len = (uint)Size;
        entry->Bid = (ushort)id;
        _tail++;
    }

    public void Publish()
    {
        if (_tail == _published)
            return;
        _published = _tail;
        Volatile.Write(ref _entries[0].Tail, _tail);
    }

    public void Dispose()
    {
        var registration = new IoUringBufReg { Bgid = _group };
        _ = Libc.IoUringRegister(_ring.Fd, IoUringRegister.UnregisterPbufRing, &registration, 1);
        FreeMemory();
    }

    private void FreeMemory()
    {
        _entryMemory.Dispose();
        _bufferMemory.Dispose();
    }
}
