namespace Proxify.Transport.Tls;

/// <summary>A certificate that a peer has shown, and whether it was verified.</summary>
/// <param name="Der">The whole of it.</param>
/// <param name="Subject">Its distinguished name, as RFC 2253 writes it.</param>
/// <param name="CommonName">The subject's last common name; null: it has none.</param>
/// <param name="IsVerified">Its chain leads to one of the authorities that were asked for.</param>
internal sealed record PeerCertificate(ReadOnlyMemory<byte> Der, string Subject, string? CommonName, bool IsVerified);
