using System.Buffers;

namespace Proxify.Multiplexing;

/// <summary>Bytes that are appended at the end and taken from the front; holds no memory while it is empty.</summary>
internal struct ByteQueue
{
    private const int Smallest = 512;

    private byte[]? _array;
    private int _start;
    private int _length;

    public readonly int Length => _length;

    public readonly bool IsEmpty => _length == 0;

    public readonly ReadOnlySpan<byte> Span => _array.AsSpan(_start, _length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_array is null || _array.Length - _start - _length < bytes.Length)
            MakeRoom(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_start + _length));
        _length += bytes.Length;
    }

    public void Drop(int count)
    {
        _start += count;
        _length -= count;
        if (_length == 0)
            Clear();
    }

    public void Clear()
    {
        if (_array is not null)
            ArrayPool<byte>.Shared.Return(_array);
        this = default;
    }

    private void MakeRoom(int count)
    {
        var needed = _length + count;
        if (_array is not null && needed <= _array.Length / 2)
        {
            Span.CopyTo(_array);
        }
        else
        {
            var array = ArrayPool<byte>.Shared.Rent(Math.Max(Smallest, checked(2 * needed)));
            Span.CopyTo(array);
            if (_array is not null)
                ArrayPool<byte>.Shared.Return(_array);
            _array = array;
        }

        _start = 0;
    }
}
