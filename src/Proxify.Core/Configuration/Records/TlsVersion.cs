namespace Proxify.Configuration;

/// <summary>A version of TLS. Older ones are not spoken (RFC 8996).</summary>
public enum TlsVersion
{
    /// <summary><c>1.2</c>: RFC 5246.</summary>
    Tls12,

    /// <summary><c>1.3</c>: RFC 8446.</summary>
    Tls13,
}
