namespace Proxify.Transport.Tls;

/// <summary>What a handshake has come to.</summary>
/// <param name="Version">As OpenSSL writes it: <c>TLSv1.3</c>.</param>
/// <param name="Cipher">As OpenSSL writes it: <c>TLS_AES_128_GCM_SHA256</c>.</param>
/// <param name="ServerName">The name that the client has asked for (SNI, RFC 6066 section 3); null: none.</param>
/// <param name="Protocol">What both have agreed on (ALPN, RFC 7301); null: nothing.</param>
/// <param name="IsResumed">No certificate was shown this time; those of the session that was resumed count.</param>
/// <param name="Peer">The peer's certificate; null: it has shown none.</param>
/// <param name="Own">What a server has shown this time; null: nothing.</param>
internal sealed record TlsInfo(
    string Version, string Cipher, string? ServerName, string? Protocol, bool IsResumed, PeerCertificate? Peer, OwnCertificate? Own);
