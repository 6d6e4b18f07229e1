using System.Buffers;
using System.Buffers.Binary;

namespace Proxify.Prefaces;

/// <summary>
/// Looks for a ClientHello in a client's first bytes, through the TLS records that carry it (RFC 8446, 5.1): one as a rule, and as many as there are bytes if
/// the client wants it so. Asked anew when more has come, with all that has; it goes on where it stopped. Once it has said something else than
/// <see cref="HelloStatus.Incomplete"/> it has no more to say.
/// </summary>
/// <param name="limit">The most bytes that may have to be kept before the whole of it is there, headers of records included.</param>
internal struct ClientHelloReader(int limit)
{
    private const int RecordHeaderSize = 5;
    private const int MaxFragment = 1 << 14;
    private const byte Handshake = 22;
    private const byte MajorVersion = 3;
    private const byte ClientHelloType = 1;

    /// <summary>Where the record begins that is not whole yet.</summary>
    private int _record;

    /// <summary>Bytes of the message in the records before, and the first four of them.</summary>
    private int _gathered;
    private uint _header;

    /// <param name="received">All that the client has sent so far.</param>
    public HelloResult Read(ReadOnlySpan<byte> received)
    {
        while (true)
        {
            if (Judge(received[_record..]) is { } refused)
                return refused;
            if (received.Length - _record < RecordHeaderSize)
                return limit - _record < RecordHeaderSize ? new(HelloStatus.TooLong) : default;
            var start = _record + RecordHeaderSize;
            var length = BinaryPrimitives.ReadUInt16BigEndian(received[(start - sizeof(ushort))..]);
            if (length is 0 or > MaxFragment)
                return HelloResult.Broken("a record is empty or too long", start - sizeof(ushort));
            if (limit - start < length)
                return new(HelloStatus.TooLong);
            if (received.Length - start < length)
                return default;

            Gather(received.Slice(start, length));
            if (_header >> 24 != ClientHelloType)
                return HelloResult.Broken("its first message is no ClientHello", PositionOf(0, received));
            _record = start + length;
            if (Needed - _gathered is var missing and > 0)
            {
                // Each byte that is missing has to be kept, and the header of one more record at least.
                if (limit - _record - RecordHeaderSize < missing)
                    return new(HelloStatus.TooLong);
                continue;
            }

            return Parse(received[.._record]);
        }
    }

    /// <summary>Of the message, its header included; as long as that is not there, of the header.</summary>
    private readonly int Needed =>
        ClientHelloParser.HeaderSize + (_gathered < ClientHelloParser.HeaderSize ? 0 : (int)(_header & 0xff_ffff));

    /// <summary>Of a record's beginning: null where it is all right as far as it is there.</summary>
    private readonly HelloResult? Judge(ReadOnlySpan<byte> record)
    {
        if (record is [] or [Handshake] or [Handshake, MajorVersion, ..])
            return null;
        if (_record == 0)
            return new HelloResult(HelloStatus.NotTls);
        return HelloResult.Broken("a record of another kind is in the middle of it", _record);
    }

    private void Gather(ReadOnlySpan<byte> fragment)
    {
        for (var i = 0; i < fragment.Length && _gathered + i < ClientHelloParser.HeaderSize; i++)
            _header |= (uint)fragment[i] << (8 * (ClientHelloParser.HeaderSize - 1 - _gathered - i));
        _gathered += fragment.Length;
    }

    private readonly HelloResult Parse(ReadOnlySpan<byte> records)
    {
        var fragment = FragmentOf(records);
        if (fragment.Length >= Needed)
            return Place(ClientHelloParser.Parse(fragment[..Needed]), records);

        var message = ArrayPool<byte>.Shared.Rent(_gathered);
        var length = 0;
        for (var rest = records; !rest.IsEmpty; rest = rest[(RecordHeaderSize + fragment.Length)..])
        {
            fragment = FragmentOf(rest);
            fragment.CopyTo(message.AsSpan(length));
            length += fragment.Length;
        }

        var result = ClientHelloParser.Parse(message.AsSpan(0, Needed));
        ArrayPool<byte>.Shared.Return(message);
        return Place(result, records);
    }

    private static HelloResult Place(HelloResult inMessage, ReadOnlySpan<byte> records) =>
        inMessage.Status == HelloStatus.Broken ? inMessage with { Position = PositionOf(inMessage.Position, records) } : inMessage;

    /// <summary>Where a byte of the message is in the stream; of one that is missing, where it would be.</summary>
    private static int PositionOf(int inMessage, ReadOnlySpan<byte> records)
    {
        var position = RecordHeaderSize;
        while (FragmentOf(records) is var fragment && inMessage >= fragment.Length && records.Length > RecordHeaderSize + fragment.Length)
        {
            inMessage -= fragment.Length;
            position += RecordHeaderSize + fragment.Length;
            records = records[(RecordHeaderSize + fragment.Length)..];
        }

        return position + inMessage;
    }

    /// <summary>What the first of some whole records carries.</summary>
    private static ReadOnlySpan<byte> FragmentOf(ReadOnlySpan<byte> records) =>
        records.Slice(RecordHeaderSize, BinaryPrimitives.ReadUInt16BigEndian(records[(RecordHeaderSize - sizeof(ushort))..]));
}
