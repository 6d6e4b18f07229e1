using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Which certificate a connection shows, and what goes along with it: SSL_CTX_set_cert_cb(3), SSL_CTX_set_tlsext_status_cb(3).</summary>
public static unsafe partial class OpenSsl
{
    private const int CtrlStatusCallback = 63;
    private const int CtrlStatusResponse = 71;

    /// <param name="context">A server's.</param>
    /// <param name="select">Called when a client's hello is known: gets the connection, gives 1.</param>
    public static void SetCertificateSelection(SafeSslContext context, delegate* unmanaged[Cdecl]<nint, void*, int> select) =>
        SSL_CTX_set_cert_cb(context, select, null);

    /// <param name="context">A server's.</param>
    /// <param name="staple">Called for a client that asks for the state of the certificate: gets the connection, gives SSL_TLSEXT_ERR_OK or NOACK.</param>
    public static void SetStapling(SafeSslContext context, delegate* unmanaged[Cdecl]<nint, void*, int> staple) =>
        SSL_CTX_callback_ctrl(context, CtrlStatusCallback, staple);

    /// <summary>Takes from a connection the certificates that it has from its context.</summary>
    public static void ClearCertificates(nint ssl) => SSL_certs_clear(ssl);

    /// <summary>As <see cref="UseCertificate(SafeSslContext, SafeX509, SafePrivateKey, IEnumerable{SafeX509})"/>, for one connection.</summary>
    public static bool UseCertificate(nint ssl, SafeX509 certificate, SafePrivateKey key, IEnumerable<SafeX509> chain)
    {
        if (SSL_use_certificate(ssl, certificate) != 1 || SSL_use_PrivateKey(ssl, key) != 1)
            return false;
        foreach (var above in chain)
        {
            if (AddToChain(ssl, CtrlChainCert, 1, above) != 1)
                return false;
        }

        return true;
    }

    /// <summary>The certificate (X509) that the connection has chosen to show.</summary>
    public static nint ChosenCertificate(nint ssl) => SSL_get_certificate(ssl);

    /// <summary>The OCSP response that goes along with the certificate.</summary>
    public static bool Staple(nint ssl, ReadOnlySpan<byte> response)
    {
        var copy = CRYPTO_malloc((nuint)response.Length, null, 0); // OpenSSL frees it
        if (copy == null)
            return false;
        response.CopyTo(new Span<byte>(copy, response.Length));
        return SSL_ctrl(ssl, CtrlStatusResponse, response.Length, copy) == 1;
    }

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_cert_cb(SafeSslContext context, delegate* unmanaged[Cdecl]<nint, void*, int> select, void* argument);

    [LibraryImport(Ssl)]
    private static partial nint SSL_CTX_callback_ctrl(SafeSslContext context, int command, delegate* unmanaged[Cdecl]<nint, void*, int> callback);

    [LibraryImport(Ssl)]
    private static partial void SSL_certs_clear(nint ssl);

    [LibraryImport(Ssl)]
    private static partial int SSL_use_certificate(nint ssl, SafeX509 certificate);

    [LibraryImport(Ssl)]
    private static partial int SSL_use_PrivateKey(nint ssl, SafePrivateKey key);

    [LibraryImport(Ssl, EntryPoint = nameof(SSL_ctrl))]
    private static partial nint AddToChain(nint ssl, int command, nint adds, SafeX509 certificate);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get_certificate(nint ssl);

    [LibraryImport(Crypto)]
    private static partial void* CRYPTO_malloc(nuint size, byte* file, int line);
}
