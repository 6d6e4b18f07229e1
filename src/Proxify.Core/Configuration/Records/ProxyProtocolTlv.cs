namespace Proxify.Configuration;

/// <summary>What a PROXY header of version 2 may say besides the addresses.</summary>
public enum ProxyProtocolTlv
{
    /// <summary><c>authority</c>: the host that the client has asked for (SNI).</summary>
    Authority,

    /// <summary><c>alpn</c>: the protocol that was agreed on with the client.</summary>
    Alpn,

    /// <summary>
    /// <c>ssl</c>: TLS with the client: its version and cipher, the algorithms of the certificate that the client was shown, and whether the client has shown
    /// one, with its common name.
    /// </summary>
    Ssl,

    /// <summary><c>client-certificate</c>: the same, and the whole of the client's certificate.</summary>
    ClientCertificate,

    /// <summary><c>unique-id</c>: a name of the session, which its record in the access log has too.</summary>
    UniqueId,

    /// <summary><c>crc32c</c>: a checksum of the header.</summary>
    Crc32C,
}
