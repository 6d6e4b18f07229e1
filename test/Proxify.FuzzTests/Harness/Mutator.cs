using System.Buffers.Binary;
using CsCheck;

namespace Proxify.FuzzTests.Harness;

/// <summary>Makes inputs of inputs: some random edits each. Allocates nothing.</summary>
/// <param name="random">Decides everything.</param>
/// <param name="words">See <see cref="FuzzTarget.Words"/>.</param>
/// <param name="maxLength">Of an input.</param>
internal sealed class Mutator(PCG random, IReadOnlyList<byte[]> words, int maxLength)
{
    private const int MaxEdits = 6;
    private const int Kinds = 10;
    private const int LongPiece = 64;

    private readonly byte[] _bytes = new byte[maxLength];
    private int _length;

    /// <param name="parent">What is edited.</param>
    /// <param name="other">From which pieces are taken.</param>
    /// <returns>Good until the next call.</returns>
    public ReadOnlySpan<byte> Next(ReadOnlySpan<byte> parent, ReadOnlySpan<byte> other)
    {
        _length = Math.Min(parent.Length, maxLength);
        parent[.._length].CopyTo(_bytes);
        for (var edits = Below(MaxEdits) + 1; edits > 0; edits--)
            Edit(other);
        return _bytes.AsSpan(0, _length);
    }

    private void Edit(ReadOnlySpan<byte> other)
    {
        var at = Below(_length + 1);
        switch (Below(Kinds))
        {
            case 0 when at < _length:
                _bytes[at] ^= (byte)(1 << Below(8));
                break;
            case 1 when at < _length:
                _bytes[at] = (byte)Below(256);
                break;
            case 2 when at < _length:
                _bytes[at] = Below(4) switch { 0 => 0, 1 => 1, 2 => 0x7f, _ => 0xff };
                break;
            case 3 when at + 2 <= _length: // a length that is off by a little
                var number = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(at));
                BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(at), (ushort)(number + Below(33) - 16));
                break;
            case 4:
                Remove(at, Below(Math.Min(_length - at, LongPiece) + 1));
                break;
            case 5:
                Insert(at, Piece(_bytes.AsSpan(0, _length)));
                break;
            case 6:
                Insert(at, Piece(other));
                break;
            case 7 when words.Count > 0:
                Insert(at, words[Below(words.Count)]);
                break;
            case 8 when words.Count > 0:
                var word = words[Below(words.Count)];
                Remove(at, Math.Min(_length - at, word.Length));
                Insert(at, word);
                break;
            case 9:
                _length = at;
                break;
            default:
                Insert(at, [(byte)Below(256)]);
                break;
        }
    }

    private ReadOnlySpan<byte> Piece(ReadOnlySpan<byte> of)
    {
        var start = Below(of.Length + 1);
        return of.Slice(start, Below(of.Length - start + 1));
    }

    private void Remove(int at, int count)
    {
        _bytes.AsSpan(at + count, _length - at - count).CopyTo(_bytes.AsSpan(at));
        _length -= count;
    }

    /// <summary>As much of it as there is room for. It may be a part of what it is inserted into.</summary>
    private void Insert(int at, ReadOnlySpan<byte> piece)
    {
        piece = piece[..Math.Min(piece.Length, maxLength - _length)];
        var isOwn = piece.Overlaps(_bytes, out var offset);
        _bytes.AsSpan(at, _length - at).CopyTo(_bytes.AsSpan(at + piece.Length));
        _length += piece.Length;
        if (!isOwn)
            piece.CopyTo(_bytes.AsSpan(at));
        else
            CopyOwn(at, -offset, piece.Length);
    }

    /// <summary>Of a piece that began at <paramref name="from"/>: what of it was behind the gap has moved by the gap's size.</summary>
    private void CopyOwn(int at, int from, int count)
    {
        var before = Math.Clamp(at - from, 0, count);
        _bytes.AsSpan(from, before).CopyTo(_bytes.AsSpan(at));
        _bytes.AsSpan(from + before + count, count - before).CopyTo(_bytes.AsSpan(at + before));
    }

    private int Below(int bound) => (int)random.Next((uint)bound);
}
