using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>The certificate that a server has shown.</summary>
public static unsafe partial class OpenSsl
{
    // evp.h, obj_mac.h
    private const int RsaKey = 6; // EVP_PKEY_RSA
    private const int EcKey = 408; // EVP_PKEY_EC

    /// <summary>SSL_get_certificate(3): the connection's; 0: none.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_get_certificate")]
    public static partial nint OwnCertificate(nint ssl);

    /// <summary>What it was signed with: <c>ecdsa-with-SHA256</c>.</summary>
    public static string SignatureAlgorithmOf(nint certificate) => Text(OBJ_nid2sn(X509_get_signature_nid(certificate))) ?? "";

    /// <summary>As HAProxy writes it, where it has a word: <c>RSA2048</c>, <c>EC256</c>; otherwise OpenSSL's: <c>ED25519</c>.</summary>
    public static string KeyAlgorithmOf(nint certificate)
    {
        var key = X509_get0_pubkey(certificate);
        return EVP_PKEY_get_base_id(key) switch
        {
            RsaKey => $"RSA{EVP_PKEY_get_bits(key)}",
            EcKey => $"EC{EVP_PKEY_get_bits(key)}",
            var other => Text(OBJ_nid2sn(other)) ?? "",
        };
    }

    [LibraryImport(Crypto)]
    private static partial int X509_get_signature_nid(nint certificate);

    [LibraryImport(Crypto)]
    private static partial nint X509_get0_pubkey(nint certificate);

    [LibraryImport(Crypto)]
    private static partial int EVP_PKEY_get_base_id(nint key);

    [LibraryImport(Crypto)]
    private static partial int EVP_PKEY_get_bits(nint key);
}
