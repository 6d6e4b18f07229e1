using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>One TLS connection: <c>SSL</c> of ssl(7).</summary>
public static unsafe partial class OpenSsl
{
    /// <summary>SSL_get_error(3).</summary>
    public const int ErrorNone = 0;
    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorZeroReturn = 6;

    // ssl.h and tls1.h: what the headers' macros say to SSL_ctrl.
    private const int CtrlSetServerName = 55;
    private const int CtrlSetReadAhead = 41;

    /// <summary>SSL_new(3): takes a reference of its own to the context. 0 when memory is short.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_new")]
    public static partial nint NewSession(SafeSslContext context);

    /// <summary>SSL_free(3), the BIO included.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_free")]
    public static partial void FreeSession(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_accept_state")]
    public static partial void SetAcceptState(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_set_connect_state")]
    public static partial void SetConnectState(nint ssl);

    /// <summary>SSL_set_bio(3): the same BIO for both ways counts as one reference, which the session owns from now on.</summary>
    public static void SetBio(nint ssl, nint bio) => SSL_set_bio(ssl, bio, bio);

    [LibraryImport(Ssl, EntryPoint = "SSL_do_handshake")]
    public static partial int DoHandshake(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_read")]
    public static partial int Read(nint ssl, byte* buffer, int length);

    [LibraryImport(Ssl, EntryPoint = "SSL_write")]
    public static partial int Write(nint ssl, byte* buffer, int length);

    /// <summary>SSL_shutdown(3): writes close_notify.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_shutdown")]
    public static partial int Shutdown(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_get_error")]
    [SuppressGCTransition]
    public static partial int GetError(nint ssl, int result);

    /// <summary>SSL_has_pending(3): bytes that have been taken in and not been read, be they opened or not.</summary>
    [LibraryImport(Ssl, EntryPoint = "SSL_has_pending")]
    [SuppressGCTransition]
    public static partial int HasPending(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_version")]
    [SuppressGCTransition]
    public static partial int Version(nint ssl);

    [LibraryImport(Ssl, EntryPoint = "SSL_session_reused")]
    [SuppressGCTransition]
    public static partial int IsSessionReused(nint ssl);

    /// <summary>SSL_set_read_ahead(3): takes in as much as there is, instead of a record's header and then its body.</summary>
    public static void SetReadAhead(nint ssl, bool on) => _ = SSL_ctrl(ssl, CtrlSetReadAhead, on ? 1 : 0, null);

    /// <summary>The server name that a client asks for (SNI).</summary>
    public static bool SetServerName(nint ssl, string name)
    {
        var text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            return SSL_ctrl(ssl, CtrlSetServerName, 0, (void*)text) == 1;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>As OpenSSL writes it: <c>TLSv1.3</c>.</summary>
    public static string VersionName(nint ssl) => Text(SSL_get_version(ssl)) ?? "";

    /// <summary>As OpenSSL writes it: <c>TLS_AES_128_GCM_SHA256</c>.</summary>
    public static string CipherName(nint ssl) => Text(SSL_CIPHER_get_name(SSL_get_current_cipher(ssl))) ?? "";

    /// <summary>The two bytes that stand for the cipher on the wire.</summary>
    public static int CipherId(nint ssl) => SSL_CIPHER_get_protocol_id(SSL_get_current_cipher(ssl));

    /// <summary>The client's SNI; null: none.</summary>
    public static string? ServerName(nint ssl) => Text(SSL_get_servername(ssl, 0));

    /// <summary>What ALPN has come to; empty: nothing.</summary>
    public static ReadOnlySpan<byte> SelectedProtocol(nint ssl)
    {
        byte* data;
        uint length;
        SSL_get0_alpn_selected(ssl, &data, &length);
        return new ReadOnlySpan<byte>(data, (int)length);
    }

    /// <summary>SSL_get_verify_result(3): 0 (X509_V_OK), or what is wrong with the peer's chain.</summary>
    public static long VerifyResult(nint ssl) => SSL_get_verify_result(ssl);

    /// <summary>What a verify result means, in OpenSSL's words.</summary>
    public static string VerifyError(long result) => Text(X509_verify_cert_error_string((nint)result)) ?? "";

    private static string? Text(byte* text) => Marshal.PtrToStringUTF8((nint)text);

    [LibraryImport(Ssl)]
    private static partial void SSL_set_bio(nint ssl, nint read, nint write);

    [LibraryImport(Ssl)]
    private static partial nint SSL_ctrl(nint ssl, int command, nint number, void* pointer);

    [LibraryImport(Ssl)]
    private static partial byte* SSL_get_version(nint ssl);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get_current_cipher(nint ssl);

    [LibraryImport(Ssl)]
    private static partial byte* SSL_CIPHER_get_name(nint cipher);

    [LibraryImport(Ssl)]
    private static partial ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [LibraryImport(Ssl)]
    private static partial byte* SSL_get_servername(nint ssl, int type);

    [LibraryImport(Ssl)]
    private static partial void SSL_get0_alpn_selected(nint ssl, byte** data, uint* length);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get_verify_result(nint ssl);

    [LibraryImport(Crypto)]
    private static partial byte* X509_verify_cert_error_string(nint result);
}
