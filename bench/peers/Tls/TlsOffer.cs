namespace Proxify.Peers;

/// <summary>
/// What the load's TLS clients offer: TLS 1.3, X25519, AES-128-GCM, as openssl-client.cnf says for the other tools. Each thread has one of its own, with a
/// library context of its own: threads that share one wait for its locks (OpenSSL 3.0).
/// </summary>
sealed class TlsOffer : IDisposable
{
    readonly nint _library = OpenSsl.OSSL_LIB_CTX_new();

    public TlsOffer()
    {
        Context = OpenSsl.SSL_CTX_new_ex(_library, 0, OpenSsl.TLS_client_method());
        if (Context == 0 || OpenSsl.SSL_CTX_ctrl(Context, OpenSsl.SetMinProtocol, OpenSsl.Tls13, 0) != 1
            || OpenSsl.SSL_CTX_ctrl(Context, OpenSsl.SetGroups, 0, "X25519") != 1
            || OpenSsl.SSL_CTX_set_ciphersuites(Context, "TLS_AES_128_GCM_SHA256") != 1)
            throw new BenchException("OpenSSL does not take what the load is to offer");
    }

    public nint Context { get; }

    public void Dispose()
    {
        OpenSsl.SSL_CTX_free(Context);
        OpenSsl.OSSL_LIB_CTX_free(_library);
    }
}
