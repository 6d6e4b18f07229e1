namespace Proxify.Prefaces;

/// <summary>What <see cref="ProxyHeaderParser"/> says of a connection's first bytes. Above <see cref="Complete"/>: what is wrong with the header.</summary>
internal enum ProxyHeaderStatus
{
    /// <summary>What is there may be the beginning of a header.</summary>
    Incomplete,

    /// <summary>It is no header, of neither version.</summary>
    Absent,

    Complete,

    /// <summary>Version 1: no CRLF in its first 107 bytes.</summary>
    LineTooLong,

    /// <summary>Version 1: neither <c>TCP4</c> nor <c>TCP6</c> nor <c>UNKNOWN</c>.</summary>
    WrongProtocol,

    /// <summary>Version 1: not four fields with one space between them, and nothing behind.</summary>
    WrongFields,

    /// <summary>Version 1: no address of its family.</summary>
    WrongAddress,

    /// <summary>Version 1: no number 0-65535 without leading zeros.</summary>
    WrongPort,

    /// <summary>Version 2: says to be of another version.</summary>
    WrongVersion,

    /// <summary>Version 2: neither LOCAL nor PROXY.</summary>
    WrongCommand,

    /// <summary>Version 2: an address family or a transport that there is none of.</summary>
    WrongFamily,

    /// <summary>Version 2: longer than <see cref="ProxyHeaderParser.MostBytes"/>.</summary>
    TooLong,

    /// <summary>Version 2: has no room for the addresses of its family.</summary>
    TooShort,

    /// <summary>Version 2: its fields (TLVs) do not fit into it, or it has two checksums.</summary>
    WrongTlv,

    /// <summary>Version 2: its checksum is another one.</summary>
    WrongChecksum,
}

internal static class ProxyHeaderStatuses
{
    /// <summary>What is wrong, for people.</summary>
    public static string Describe(this ProxyHeaderStatus status) => status switch
    {
        ProxyHeaderStatus.LineTooLong => "no end of line in 107 bytes",
        ProxyHeaderStatus.WrongProtocol => "neither TCP4 nor TCP6 nor UNKNOWN",
        ProxyHeaderStatus.WrongFields => "not two addresses and two ports",
        ProxyHeaderStatus.WrongAddress => "a malformed address",
        ProxyHeaderStatus.WrongPort => "a malformed port",
        ProxyHeaderStatus.WrongVersion => "an unknown version",
        ProxyHeaderStatus.WrongCommand => "an unknown command",
        ProxyHeaderStatus.WrongFamily => "an unknown address family",
        ProxyHeaderStatus.TooLong => "too long",
        ProxyHeaderStatus.TooShort => "too short for its addresses",
        ProxyHeaderStatus.WrongTlv => "malformed TLVs",
        ProxyHeaderStatus.WrongChecksum => "a wrong checksum",
        _ => throw new ArgumentOutOfRangeException(nameof(status)),
    };
}
