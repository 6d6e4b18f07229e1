namespace Proxify.Prefaces;

/// <summary>What the first bytes of a client are, as a TLS ClientHello.</summary>
internal enum HelloStatus
{
    /// <summary>So far they may become one.</summary>
    Incomplete,

    /// <summary>They are one, and what follows it may be there as well.</summary>
    Complete,

    /// <summary>They are none, nor anything else of TLS. An SSLv2 hello, which no server takes any more, is nothing of TLS.</summary>
    NotTls,

    /// <summary>They began as one and break its rules.</summary>
    Broken,

    /// <summary>They may be one, of which more has to be kept than may be.</summary>
    TooLong,
}
