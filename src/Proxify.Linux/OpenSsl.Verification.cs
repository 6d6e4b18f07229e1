using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Which certificates of peers are good: SSL_CTX_set_verify(3), X509_STORE_add_cert(3).</summary>
public static unsafe partial class OpenSsl
{
    private const int VerifyPeer = 1;
    private const int VerifyFailIfNoPeerCertificate = 2;
    private const ulong CrlCheck = 0x4;
    private const ulong CrlCheckAll = 0x8;

    /// <param name="context">A server asks for a certificate; a client looks at the one that it is shown anyway.</param>
    /// <param name="isRequired">Of a server: a client without one is refused.</param>
    /// <param name="depth">Certificates between the peer's and an authority.</param>
    public static void VerifyPeers(SafeSslContext context, bool isRequired, int depth)
    {
        SSL_CTX_set_verify(context, VerifyPeer | (isRequired ? VerifyFailIfNoPeerCertificate : 0), null);
        SSL_CTX_set_verify_depth(context, depth);
    }

    /// <summary>An authority that chains may lead to.</summary>
    public static bool Trust(SafeSslContext context, SafeX509 authority) => X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority) == 1;

    /// <summary>Those that the system trusts.</summary>
    public static bool TrustSystem(SafeSslContext context) => SSL_CTX_set_default_verify_paths(context) == 1;

    /// <summary>The name of an authority that a server tells clients it asks for certificates of.</summary>
    public static bool AskFor(SafeSslContext context, SafeX509 authority) => SSL_CTX_add_client_CA(context, authority) == 1;

    /// <summary>A revocation list; from the first one on each certificate of a chain is looked up, and each issuer needs a list in force.</summary>
    public static bool Revoke(SafeSslContext context, SafeCrl list)
    {
        var store = SSL_CTX_get_cert_store(context);
        return X509_STORE_add_crl(store, list) == 1 && X509_STORE_set_flags(store, CrlCheck | CrlCheckAll) == 1;
    }

    /// <summary>
    /// Has <paramref name="verify"/> say what becomes of a peer's certificate: SSL_CTX_set_cert_verify_callback(3). It gets an X509_STORE_CTX, for
    /// <see cref="VerifyChain"/> and the calls that follow it, and gives 1 or 0.
    /// </summary>
    public static void SetVerification(SafeSslContext context, delegate* unmanaged[Cdecl]<nint, void*, int> verify) =>
        SSL_CTX_set_cert_verify_callback(context, verify, null);

    /// <summary>OpenSSL's own verdict: the chain, its purpose, dates, revocation, and the name that was expected.</summary>
    public static bool VerifyChain(nint verification) => X509_verify_cert(verification) > 0;

    /// <summary>What is wrong; 0: nothing.</summary>
    public static int VerificationError(nint verification) => X509_STORE_CTX_get_error(verification);

    /// <summary>Decides for an error, which decides for the alert that the peer gets (ssl_x509err2alert() in ssl/statem/statem_lib.c).</summary>
    public static void SetVerificationError(nint verification, int error) => X509_STORE_CTX_set_error(verification, error);

    /// <summary>The certificate (X509) that something is wrong with, the peer's or one above it; 0: none in particular.</summary>
    public static nint WrongCertificate(nint verification) => X509_STORE_CTX_get_current_cert(verification);

    /// <summary>The peer's certificate (X509), while it is verified.</summary>
    public static nint CertificateOf(nint verification) => X509_STORE_CTX_get0_cert(verification);

    /// <summary>Whose certificate is verified (SSL).</summary>
    public static nint SessionOf(nint verification) => X509_STORE_CTX_get_ex_data(verification, SSL_get_ex_data_X509_STORE_CTX_idx());

    /// <summary>The name, or IP address, that a server's certificate has to have. Of a wildcard (<c>*.example.com</c>) a star is a whole label.</summary>
    /// <param name="ssl">A client's connection (SSL), before its handshake.</param>
    /// <param name="name">Without a dot at its end.</param>
    /// <param name="isAddress">The name is an IP address.</param>
    public static bool ExpectName(nint ssl, string name, bool isAddress)
    {
        const uint NoPartialWildcards = 0x4;
        if (isAddress)
            return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
        SSL_set_hostflags(ssl, NoPartialWildcards);
        return SSL_set1_host(ssl, name) == 1;
    }

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_cert_verify_callback(
        SafeSslContext context, delegate* unmanaged[Cdecl]<nint, void*, int> verify, void* argument);

    [LibraryImport(Crypto)]
    private static partial int X509_verify_cert(nint verification);

    [LibraryImport(Crypto)]
    private static partial int X509_STORE_CTX_get_error(nint verification);

    [LibraryImport(Crypto)]
    private static partial void X509_STORE_CTX_set_error(nint verification, int error);

    [LibraryImport(Crypto)]
    private static partial nint X509_STORE_CTX_get_current_cert(nint verification);

    [LibraryImport(Crypto)]
    private static partial nint X509_STORE_CTX_get0_cert(nint verification);

    [LibraryImport(Crypto)]
    private static partial nint X509_STORE_CTX_get_ex_data(nint verification, int index);

    [LibraryImport(Ssl)]
    private static partial int SSL_get_ex_data_X509_STORE_CTX_idx();

    [LibraryImport(Ssl)]
    private static partial void SSL_set_hostflags(nint ssl, uint flags);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SSL_set1_host(nint ssl, string name);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get0_param(nint ssl);

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int X509_VERIFY_PARAM_set1_ip_asc(nint parameters, string address);

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_verify(SafeSslContext context, int mode, void* callback);

    [LibraryImport(Ssl)]
    private static partial void SSL_CTX_set_verify_depth(SafeSslContext context, int depth);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_default_verify_paths(SafeSslContext context);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_add_client_CA(SafeSslContext context, SafeX509 authority);

    [LibraryImport(Ssl)]
    private static partial nint SSL_CTX_get_cert_store(SafeSslContext context);

    [LibraryImport(Crypto)]
    private static partial int X509_STORE_add_cert(nint store, SafeX509 certificate);

    [LibraryImport(Crypto)]
    private static partial int X509_STORE_add_crl(nint store, SafeCrl list);

    [LibraryImport(Crypto)]
    private static partial int X509_STORE_set_flags(nint store, ulong flags);
}
