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

    public override bool HasEnded => Volatile.Read(ref _hasEnded);

    public override int OpenBound(int length) => _keptLength + length;

    public override int Open(ReadOnlySpan<byte> wire, Span<byte> plain)
    {
        var written = 0;
        while (true)
        {
            var needed = HeaderSize;
            if (_keptLength >= HeaderSize)
                needed += BinaryPrimitives.ReadUInt16BigEndian(_kept);
            if (needed > _kept.Length || (HasEnded && !wire.IsEmpty))
                return -1;
            var taken = Math.Min(needed - _keptLength, wire.Length);
            wire[..taken].CopyTo(_kept.AsSpan(_keptLength));
            wire = wire[taken..];
            _keptLength += taken;
            if (_keptLength < needed)
                return written;
            if (taken == 0 || needed == HeaderSize)
            {
                if (_keptLength == HeaderSize && BinaryPrimitives.ReadUInt16BigEndian(_kept) != 0)
                    continue; // the length is known now
            }

            for (var i = HeaderSize; i < needed; i++)
                plain[written++] = (byte)(_kept[i] ^ Key);
            if (needed == HeaderSize)
                Volatile.Write(ref _hasEnded, true);
            _keptLength = 0;
        }
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
}
