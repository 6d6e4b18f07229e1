using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Proxify.Transport.Tls;

/// <summary>
/// The records of TLS 1.3 after the handshake, straight from the receive buffer into the output's (RFC 8446, section 5): a third of the processor time and of
/// the memory that a session of OpenSSL's takes. Opening and sealing have a key each, and may be done at the same time.
/// </summary>
internal sealed unsafe class Tls13Transform : ConnectionTransform
{
    private const int LongestContent = 16_384;
    private const int LongestInner = LongestContent + 1;
    private const int LongestPayload = LongestContent + 256;
    private const int KeyUpdateSize = 5;
    private const int LeastKept = 512;

    /// <summary>Records that hold no data, one after the other, for which a peer is taken for a nuisance; as OpenSSL's MAX_EMPTY_RECORDS.</summary>
    private const int MostIdleRecords = 32;

    /// <summary>
    /// Records sealed under one key: AES-GCM's bound is 2^24.5 of full size (RFC 8446, section 5.5).
    /// </summary>
    private const ulong MostRecords = 1UL << 23;

    private readonly Lock _sealing = new();
    private readonly TrafficKeys _opener;
    private readonly TrafficKeys _sealer;
    private readonly PostHandshake _messages;
    private byte* _kept;
    private int _keptLength;
    private int _keptSize;
    private int _idleRecords;
    private bool _hasEnded;
    private bool _isBroken;
    private bool _mustUpdate;
    private TlsAlert? _alert;

    /// <param name="cipher">What was agreed on.</param>
    /// <param name="opens">The secret of what the peer sends.</param>
    /// <param name="seals">The secret of what we send.</param>
    /// <param name="sent">Records that have been sent with it already.</param>
    /// <param name="isServer">Which of the two we are.</param>
    public Tls13Transform(Tls13Cipher cipher, ReadOnlySpan<byte> opens, ReadOnlySpan<byte> seals, int sent, bool isServer)
    {
        _messages = new PostHandshake(takesTickets: !isServer);
        _opener = new TrafficKeys(cipher, opens, encrypts: false, sequence: 0);
        _sealer = new TrafficKeys(cipher, seals, encrypts: true, sequence: sent);
    }

    public override bool HasEnded => Volatile.Read(ref _hasEnded);

    public override bool IsBroken => _isBroken;

    public override int OpenBound(int length) => _keptLength + length;

    public override int Open(ReadOnlySpan<byte> wire, Span<byte> plain)
    {
        var opened = 0;
        while (!wire.IsEmpty && !HasEnded && !_isBroken)
        {
            if (_keptLength == 0 && WholeRecord(wire) is var whole and > 0)
            {
                OpenRecord(wire[..whole], plain, ref opened);
                wire = wire[whole..];
            }
            else if (Keep(ref wire) && WholeRecord(new ReadOnlySpan<byte>(_kept, _keptLength)) is var kept and > 0)
            {
                OpenRecord(new ReadOnlySpan<byte>(_kept, kept), plain, ref opened);
                DropKept();
            }
        }

        return opened;
    }

    public override int SealBound(int length) => length + (TrafficKeys.Overhead * ((length / LongestContent) + 3)) + KeyUpdateSize;

    public override int Seal(ReadOnlySpan<byte> plain, Span<byte> wire)
    {
        lock (_sealing)
        {
            var written = UpdateIfDue(wire);
            while (!plain.IsEmpty)
            {
                var length = Math.Min(plain.Length, LongestContent);
                written += _sealer.Encrypt(plain[..length], ContentType.ApplicationData, wire[written..]);
                plain = plain[length..];
            }

            return written;
        }
    }

    public override int SealEnd(Span<byte> wire)
    {
        lock (_sealing)
        {
            var alert = _alert ?? TlsAlert.CloseNotify;
            var written = UpdateIfDue(wire);
            _alert = null;
            return written + _sealer.Encrypt([alert.Level, alert.Description], ContentType.Alert, wire[written..]);
        }
    }

    public override void Dispose()
    {
        _opener.Dispose();
        lock (_sealing)
            _sealer.Dispose();
        DropKept();
    }

    /// <summary>The length of the kept record, once its header is there.</summary>
    private int KeptRecord => TrafficKeys.HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(new ReadOnlySpan<byte>(_kept + 3, 2));

    /// <summary>The length of the record that is there from the start on; 0: not whole yet.</summary>
    private static int WholeRecord(ReadOnlySpan<byte> wire)
    {
        if (wire.Length < TrafficKeys.HeaderSize)
            return 0;
        var length = TrafficKeys.HeaderSize + BinaryPrimitives.ReadUInt16BigEndian(wire[3..]);
        return wire.Length >= length ? length : 0;
    }

    /// <summary>Takes what is missing of a record's header, or of its body; false: there are no such records.</summary>
    private bool Keep(ref ReadOnlySpan<byte> wire)
    {
        var wanted = _keptLength < TrafficKeys.HeaderSize ? TrafficKeys.HeaderSize : KeptRecord;
        var taken = Math.Min(wire.Length, wanted - _keptLength);
        if (_keptLength + taken > _keptSize)
        {
            // No more than twice of what the peer has sent, whatever it announces.
            _keptSize = Math.Max(LeastKept, (_keptLength + taken) * 2);
            _kept = (byte*)NativeMemory.Realloc(_kept, (nuint)_keptSize);
        }

        wire[..taken].CopyTo(new Span<byte>(_kept + _keptLength, taken));
        _keptLength += taken;
        wire = wire[taken..];
        return _keptLength != TrafficKeys.HeaderSize || KeptRecord <= TrafficKeys.HeaderSize + LongestPayload || Fail(TlsAlert.RecordOverflow);
    }

    private void DropKept()
    {
        NativeMemory.Free(_kept);
        _kept = null;
        _keptLength = _keptSize = 0;
    }

    private void OpenRecord(ReadOnlySpan<byte> record, Span<byte> plain, ref int opened) => _isBroken |= !TryOpenRecord(record, plain, ref opened);

    private bool TryOpenRecord(ReadOnlySpan<byte> record, Span<byte> plain, ref int opened)
    {
        var length = record.Length - TrafficKeys.HeaderSize - Proxify.Linux.OpenSsl.TagSize;
        if (record[0] != ContentType.ApplicationData)
            return Fail(TlsAlert.UnexpectedMessage);
        if (length > LongestPayload - Proxify.Linux.OpenSsl.TagSize)
            return Fail(TlsAlert.RecordOverflow);
        if (length < 1)
            return Fail(TlsAlert.DecodeError);
        var inner = plain.Slice(opened, length);
        if (!_opener.TryDecrypt(record, inner))
            return Fail(TlsAlert.BadRecordMac);
        // Padding is zeros behind the byte that says what the record holds.
        var end = inner.LastIndexOfAnyExcept((byte)0);
        if (end < 0)
            return Fail(TlsAlert.UnexpectedMessage);
        if (end >= LongestInner)
            return Fail(TlsAlert.RecordOverflow);
        var type = inner[end];
        inner = inner[..end];
        if (type == ContentType.ApplicationData && !inner.IsEmpty)
        {
            if (_messages.IsAmidst)
                return Fail(TlsAlert.UnexpectedMessage);
            opened += inner.Length;
            _idleRecords = 0;
            return true;
        }

        return ++_idleRecords <= MostIdleRecords ? Take(type, inner) : Fail(TlsAlert.UnexpectedMessage);
    }

    /// <summary>What is not data.</summary>
    private bool Take(byte type, ReadOnlySpan<byte> content) => type switch
    {
        ContentType.ApplicationData => true,
        ContentType.Alert => TakeAlert(content),
        ContentType.Handshake => TakeMessages(content),
        _ => Fail(TlsAlert.UnexpectedMessage),
    };

    private bool TakeAlert(ReadOnlySpan<byte> content)
    {
        if (content.Length != 2)
            return Fail(TlsAlert.DecodeError);
        if (content[1] == TlsAlert.CloseNotify.Description)
            Volatile.Write(ref _hasEnded, true);
        // user_canceled comes before a close_notify; whatever else there is ends the connection (RFC 8446, section 6).
        return content[1] is TlsAlert.CloseNotifyCode or TlsAlert.UserCanceledCode;
    }

    private bool TakeMessages(ReadOnlySpan<byte> content)
    {
        while (!content.IsEmpty)
        {
            switch (_messages.Take(ref content))
            {
                case PostHandshakeStep.NeedsMore:
                    break;
                case PostHandshakeStep.KeyUpdate or PostHandshakeStep.KeyUpdateWanted when !content.IsEmpty:
                    return Fail(TlsAlert.UnexpectedMessage); // what follows is under another key already
                case PostHandshakeStep.KeyUpdate:
                    _opener.Update();
                    break;
                case PostHandshakeStep.KeyUpdateWanted:
                    _opener.Update();
                    Volatile.Write(ref _mustUpdate, true);
                    break;
                case PostHandshakeStep.Ticket:
                    break;
                default:
                    return Fail(TlsAlert.UnexpectedMessage);
            }
        }

        return true;
    }

    /// <summary>Before anything else is sealed where the peer has asked for it, or where the key has done its share.</summary>
    private int UpdateIfDue(Span<byte> wire)
    {
        if (!Volatile.Read(ref _mustUpdate) && _sealer.Sequence < MostRecords)
            return 0;
        Volatile.Write(ref _mustUpdate, false);
        var written = _sealer.Encrypt(PostHandshake.KeyUpdate, ContentType.Handshake, wire);
        _sealer.Update();
        return written;
    }

    private bool Fail(TlsAlert alert)
    {
        _alert = alert;
        _isBroken = true;
        return false;
    }
}
