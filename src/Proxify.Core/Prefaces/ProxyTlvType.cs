namespace Proxify.Prefaces;

/// <summary>What a field of a PROXY header of version 2 is.</summary>
internal enum ProxyTlvType : byte
{
    /// <summary>The application protocol (ALPN).</summary>
    Alpn = 0x01,

    /// <summary>The host that the client has asked for (SNI).</summary>
    Authority = 0x02,

    /// <summary>Of the whole header, with zeros in its place.</summary>
    Crc32C = 0x03,

    Noop = 0x04,

    /// <summary>Up to 128 bytes that name the connection.</summary>
    UniqueId = 0x05,

    /// <summary>What the client's TLS has come to: flags, a verdict, and fields of its own.</summary>
    Ssl = 0x20,

    SslVersion = 0x21,
    SslCommonName = 0x22,
    SslCipher = 0x23,
    SslSignatureAlgorithm = 0x24,
    SslKeyAlgorithm = 0x25,
    SslClientCertificate = 0x28,
}
