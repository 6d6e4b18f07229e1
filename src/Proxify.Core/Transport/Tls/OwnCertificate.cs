namespace Proxify.Transport.Tls;

/// <summary>The certificate that a server has shown its client, by its algorithms.</summary>
/// <param name="SignatureAlgorithm">What it was signed with, as OpenSSL writes it: <c>ecdsa-with-SHA256</c>, <c>RSA-SHA256</c>.</param>
/// <param name="KeyAlgorithm">That of its key, with the number of bits: <c>EC256</c>, <c>RSA2048</c>.</param>
internal sealed record OwnCertificate(string SignatureAlgorithm, string KeyAlgorithm);
