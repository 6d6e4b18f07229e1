using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// Where received bytes lie until they are sent. Normally that is one of the shared buffers, lent by the kernel's buffer ring to whichever direction received
/// something; what a slow peer does not take moves into a private block of just the right size, so that the shared ones stay with the fast.
/// The kernel takes buffers from its ring in turn, so only a few are in it and the rest in a reserve from which the latest used comes first: small messages
/// stay in the processor's cache, and memory that was never needed is never touched.
/// </summary>
internal sealed unsafe class ReceiveBuffers : IDisposable
{
    public const ushort Group = 1;

    /// <summary>The buffers for those whose destination has room, when memory is short and <see cref="Group"/> is offered nothing more.</summary>
    public const ushort SpareGroup = 2;

    private const int Spares = 64;

    private const int FirstOffer = 256;

    private readonly IoUringBufferRing _ring;
    private readonly IoUringBufferRing _spares;
    private readonly BufferBudget _budget;
    private readonly Stack<int> _reserve;
    private readonly Stack<int> _freeBlockIds = new();
    private Segment* _segments;
    private int _capacity;
    private int _used;
    private int _offer;
    private int _offered;
    private int _mostInUse;

    public ReceiveBuffers(IoUring ring, int count, int size, BufferBudget budget)
    {
        _budget = budget;
        _ring = new IoUringBufferRing(ring, Group, count, size);
        _spares = new IoUringBufferRing(ring, SpareGroup, Spares, size);
        for (var id = 0; id < Spares; id++)
            _spares.Provide(id);
        _spares.Publish();
        _used = Shared;
        _capacity = _used * 2;
        _segments = (Segment*)NativeMemory.AllocZeroed((nuint)_capacity, (nuint)sizeof(Segment));
        _reserve = new Stack<int>(count);
        for (var id = count - 1; id >= 0; id--)
            _reserve.Push(id);
        _mostInUse = count;
        _offer = Math.Min(count, FirstOffer);
    }

    /// <summary>Buffers of <see cref="Group"/>.</summary>
    public int Count => _ring.Count;

    /// <summary>All shared buffers, the spare ones last. Segments with a lower id are these, all others are private blocks.</summary>
    public int Shared => Count + Spares;

    /// <summary>Spare buffers that no direction holds.</summary>
    public int FreeSpares { get; private set; } = Spares;

    /// <summary>Bytes in a shared buffer.</summary>
    public int Size => _ring.Size;

    /// <summary>
    /// Shared buffers that directions or the kernel may have at a time: as many as the budget's reserve can take the bytes of. From any thread.
    /// </summary>
    public int MostInUse
    {
        get => Volatile.Read(ref _mostInUse);
        set => Volatile.Write(ref _mostInUse, value);
    }

    /// <summary>Shared buffers that directions hold.</summary>
    public int Lent { get; private set; }

    public long LentBytes => (long)(Lent + Spares - FreeSpares) * Size;

    /// <summary>Private blocks in use.</summary>
    public int Blocks { get; private set; }

    /// <summary>Valid until the next <see cref="TryNewBlock"/>.</summary>
    public ref Segment this[int id] => ref _segments[id];

    /// <summary>The kernel has filled shared buffer <paramref name="id"/> for a direction.</summary>
    public void Lend(int id, int length, int owner, long now)
    {
        if (id < Count)
        {
            Lent++;
            _offered--;
            Fill(id, _ring.Buffer(id), length, owner, now);
        }
        else
        {
            FreeSpares--;
            Fill(id, _spares.Buffer(id - Count), length, owner, now);
        }
    }

    /// <summary>The id of a buffer that the kernel has filled.</summary>
    public int IdOf(int buffer, bool isSpare) => isSpare ? Count + buffer : buffer;

    public bool IsShared(int id) => id < Shared;

    public bool IsSpare(int id) => id >= Count && id < Shared;

    /// <summary>A private block of <paramref name="length"/> bytes; <see cref="Segment.None"/> when memory is short.</summary>
    public int TryNewBlock(int length, int owner, long now, bool mayExceed = false)
    {
        if (mayExceed)
            _budget.Take(length);
        else if (!_budget.TryTake(length))
            return Segment.None;
        if (!_freeBlockIds.TryPop(out var id))
        {
            if (_used == _capacity)
            {
                _capacity *= 2;
                _segments = (Segment*)NativeMemory.Realloc(_segments, (nuint)_capacity * (nuint)sizeof(Segment));
            }

            id = _used++;
        }

        Blocks++;
        Fill(id, (byte*)NativeMemory.Alloc((nuint)length), length, owner, now);
        _segments[id].Block = _segments[id].Data;
        _segments[id].BlockLength = length;
        return id;
    }

    /// <summary>Takes a segment back.</summary>
    public void Return(int id)
    {
        ref var segment = ref _segments[id];
        segment.Owner = 0;
        if (id < Count)
        {
            Lent--;
            _reserve.Push(id);
        }
        else if (IsShared(id))
        {
            FreeSpares++;
            _spares.Provide(id - Count);
        }
        else
        {
            Blocks--;
            _budget.Give(segment.BlockLength);
            NativeMemory.Free(segment.Block);
            _freeBlockIds.Push(id);
        }
    }

    /// <summary>Fills the kernel's ring up again, once per batch of completions; at the ceiling only the spare one.</summary>
    public void Offer(bool isAtCeiling)
    {
        var most = isAtCeiling ? 0 : Math.Min(_offer, MostInUse - Lent);
        while (_offered < most && _reserve.TryPop(out var id))
        {
            _ring.Provide(id);
            _offered++;
        }

        _ring.Publish();
        _spares.Publish();
    }

    /// <summary>The kernel found its ring empty: offers it more at a time from now on.</summary>
    public void OfferMore() => _offer = Math.Min(Count, _offer * 2);

    public void Dispose()
    {
        _ring.Dispose();
        _spares.Dispose();
        NativeMemory.Free(_segments);
        _segments = null;
    }

    private void Fill(int id, byte* data, int length, int owner, long now)
    {
        ref var segment = ref _segments[id];
        segment.Data = data;
        segment.Length = length;
        segment.Next = Segment.None;
        segment.Owner = owner;
        segment.Since = (uint)now;
    }
}
