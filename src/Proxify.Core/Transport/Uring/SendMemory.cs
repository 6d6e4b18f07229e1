using System.Runtime.InteropServices;

namespace Proxify.Transport.Uring;

/// <summary>
/// A worker's memory for what <see cref="UringChannel"/> sends: blocks of a few sizes, the latest used first, given back as soon as their bytes are sent. Those
/// in use count in the budget, which they may exceed: who writes stops for peers that are slow long before.
/// </summary>
internal sealed unsafe class SendMemory(BufferBudget budget) : IDisposable
{
    /// <summary>Each size is four times the one before: 512 bytes to 2 MiB. What is larger is not kept.</summary>
    private const int Sizes = 7;

    private const int SmallestShift = 9;
    private const int KeptBytes = 1 << 20;

    private readonly Stack<nint>[] _free = [.. Enumerable.Range(0, Sizes).Select(_ => new Stack<nint>())];

    /// <summary>Appends bytes, in a larger block where this one is full.</summary>
    public void Append(ref SendBlock block, ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(ref block, bytes.Length));

    /// <summary>Appends room for so many bytes, which the caller fills.</summary>
    public Span<byte> Reserve(ref SendBlock block, int length)
    {
        var needed = checked(block.Length + length);
        if (needed > block.Capacity)
            Grow(ref block, needed);
        var room = new Span<byte>(block.Data + block.Length, length);
        block.Length = needed;
        return room;
    }

    public void Return(ref SendBlock block)
    {
        if (block.Data == null)
            return;
        budget.Give(block.Capacity);
        var size = SizeOf(block.Capacity);
        if (size < Sizes && _free[size].Count < Math.Max(2, KeptBytes >> ShiftOf(size)))
            _free[size].Push((nint)block.Data);
        else
            NativeMemory.Free(block.Data);
        block = default;
    }

    public void Dispose()
    {
        foreach (var size in _free)
        {
            while (size.TryPop(out var data))
                NativeMemory.Free((void*)data);
        }
    }

    private void Grow(ref SendBlock block, int needed)
    {
        var size = SizeOf(needed);
        var capacity = size < Sizes ? 1 << ShiftOf(size) : (int)Math.Min(2L * needed, Array.MaxLength);
        var data = size < Sizes && _free[size].TryPop(out var kept) ? (byte*)kept : (byte*)NativeMemory.Alloc((nuint)capacity);
        budget.Take(capacity);
        var grown = new SendBlock { Data = data, Capacity = capacity, Length = block.Left };
        new ReadOnlySpan<byte>(block.Data + block.Sent, block.Left).CopyTo(new Span<byte>(data, capacity));
        Return(ref block);
        block = grown;
    }

    private static int SizeOf(int length)
    {
        var size = 0;
        while (size < Sizes && length > 1 << ShiftOf(size))
            size++;
        return size;
    }

    private static int ShiftOf(int size) => SmallestShift + (2 * size);
}
