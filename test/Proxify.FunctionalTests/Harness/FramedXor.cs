using System.Buffers.Binary;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>
/// A transform to test with: records of a length and as many bytes, each turned over. An empty record is the end. It changes lengths, and its records come in
/// pieces and several at a time.
/// </summary>
internal sealed class FramedXor : ConnectionTransform
{
    /// <summary>Odd, so that no record ends where a buffer does.</summary>
    private const int LongestRecord = 997;

    private const int HeaderSize = 2;
    private const byte Key = 0xa5;

    /// <summary>More than a record may have: cannot be opened.</summary>
    public static ReadOnlySpan<byte> Garbage => [0xff, 0xff];

    private readonly byte[] _kept = new byte[HeaderSize + LongestRecord];
    private int _keptLength;
    private bool _hasEnded;
    private bool _isBroken;

    public override bool IsBroken => _isBroken;

    public override bool HasEnded => Volatile.Read(ref _hasEnded);

    public override int OpenBound(int length) => _keptLength + length;

    public override int Open(ReadOnlySpan<byte> wire, Span<byte> plain)
    {
        var written = 0;
        while (Keep(ref wire, HeaderSize))
        {
            var length = BinaryPrimitives.ReadUInt16BigEndian(_kept);
            if (length > LongestRecord || HasEnded)
            {
                _isBroken = true;
                break;
            }

            if (!Keep(ref wire, HeaderSize + length))
                break;
            foreach (var octet in _kept.AsSpan(HeaderSize, length))
                plain[written++] = (byte)(octet ^ Key);
            _keptLength = 0;
            if (length == 0)
                Volatile.Write(ref _hasEnded, true);
        }

        return written;
    }

    public override int SealBound(int length) => length + (HeaderSize * ((length / LongestRecord) + 1));

    public override int Seal(ReadOnlySpan<byte> plain, Span<byte> wire)
    {
        var written = 0;
        while (!plain.IsEmpty)
        {
            var length = Math.Min(plain.Length, LongestRecord);
            BinaryPrimitives.WriteUInt16BigEndian(wire[written..], (ushort)length);
            written += HeaderSize;
            foreach (var octet in plain[..length])
                wire[written++] = (byte)(octet ^ Key);
            plain = plain[length..];
        }

        return written;
    }

    public override int SealEnd(Span<byte> wire)
    {
        BinaryPrimitives.WriteUInt16BigEndian(wire, 0);
        return HeaderSize;
    }

    public override void Dispose()
    {
    }

    /// <summary>Whether so much of the record is there now.</summary>
    private bool Keep(ref ReadOnlySpan<byte> wire, int length)
    {
        var taken = Math.Clamp(length - _keptLength, 0, wire.Length);
        wire[..taken].CopyTo(_kept.AsSpan(_keptLength));
        wire = wire[taken..];
        _keptLength += taken;
        return _keptLength >= length;
    }
}
