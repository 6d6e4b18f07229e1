namespace Proxify.Transport.Tls;

/// <summary>Handshake messages that come after the handshake (RFC 8446, section 4.6), however they are cut into records.</summary>
/// <param name="takesTickets">Tickets may come: only servers send them.</param>
internal sealed class PostHandshake(bool takesTickets)
{
    private const byte NewSessionTicket = 4;
    private const byte KeyUpdateType = 24;
    private const int HeaderSize = 4;

    /// <summary>A ticket's largest size is 64 KiB and some; more than that is none.</summary>
    private const int LongestTicket = 1 << 17;

    private uint _header;
    private int _headerLength;
    private int _left;

    /// <summary>A KeyUpdate that wants none in return.</summary>
    public static ReadOnlySpan<byte> KeyUpdate => [KeyUpdateType, 0, 0, 1, 0];

    /// <summary>Nothing else may come before the rest of the message.</summary>
    public bool IsAmidst => _headerLength > 0;

    private byte Type => (byte)(_header >> 24);

    private int Length => (int)(_header & 0xffffff);

    /// <summary>Takes as much as belongs to one message, or is there of it.</summary>
    public PostHandshakeStep Take(ref ReadOnlySpan<byte> content)
    {
        while (_headerLength < HeaderSize)
        {
            if (content.IsEmpty)
                return PostHandshakeStep.NeedsMore;
            _header = (_header << 8) | content[0];
            content = content[1..];
            if (++_headerLength == HeaderSize)
                _left = Length;
        }

        return Type switch
        {
            NewSessionTicket when takesTickets && Length is > 0 and <= LongestTicket => Skip(ref content),
            KeyUpdateType when Length == 1 => TakeKeyUpdate(ref content),
            _ => PostHandshakeStep.Unexpected,
        };
    }

    /// <summary>Sessions with targets are not resumed.</summary>
    private PostHandshakeStep Skip(ref ReadOnlySpan<byte> content)
    {
        var skipped = Math.Min(content.Length, _left);
        content = content[skipped..];
        _left -= skipped;
        if (_left > 0)
            return PostHandshakeStep.NeedsMore;
        _headerLength = 0;
        return PostHandshakeStep.Ticket;
    }

    private PostHandshakeStep TakeKeyUpdate(ref ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return PostHandshakeStep.NeedsMore;
        var wants = content[0];
        content = content[1..];
        _headerLength = 0;
        return wants switch
        {
            0 => PostHandshakeStep.KeyUpdate,
            1 => PostHandshakeStep.KeyUpdateWanted,
            _ => PostHandshakeStep.Unexpected,
        };
    }
}
