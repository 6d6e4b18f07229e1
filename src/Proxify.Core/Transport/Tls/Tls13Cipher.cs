using Proxify.Linux;

namespace Proxify.Transport.Tls;

/// <summary>A cipher suite of TLS 1.3 (RFC 8446, appendix B.4).</summary>
/// <param name="Id">As it is on the wire.</param>
/// <param name="Algorithm">OpenSSL's <c>EVP_CIPHER</c>.</param>
/// <param name="KeySize">Bytes.</param>
/// <param name="IsSha384">Its hash: SHA-384, or SHA-256.</param>
internal sealed record Tls13Cipher(int Id, nint Algorithm, int KeySize, bool IsSha384)
{
    private static readonly Tls13Cipher[] All =
    [
        new(0x1301, OpenSsl.FetchCipher("AES-128-GCM\0"u8), 16, IsSha384: false),
        new(0x1302, OpenSsl.FetchCipher("AES-256-GCM\0"u8), 32, IsSha384: true),
        new(0x1303, OpenSsl.FetchCipher("ChaCha20-Poly1305\0"u8), 32, IsSha384: false),
    ];

    /// <summary>Null: none that is done here.</summary>
    public static Tls13Cipher? Find(int id)
    {
        foreach (var cipher in All)
        {
            if (cipher.Id == id && cipher.Algorithm != 0)
                return cipher;
        }

        return null;
    }
}
