using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>SSL_CTX: ssl(7) and the pages of the functions.</summary>
public static unsafe partial class OpenSsl
{
    public const int Tls12 = 0x0303;
    public const int Tls13 = 0x0304;

    /// <summary>SSL_CTX_set_mode(3).</summary>
    public const long ModeEnablePartialWrite = 0x1;
    public const long ModeAcceptMovingWriteBuffer = 0x2;
    public const long ModeNoAutoChain = 0x8;
    public const long ModeReleaseBuffers = 0x10;

    /// <summary>SSL_CTX_set_options(3).</summary>
    public const ulong OptionNoTicket = 1 << 14;
    public const ulong OptionNoCompression = 1 << 17;
    public const ulong OptionNoRenegotiation = 1 << 30;

    private const int CtrlMode = 33;
    private const int CtrlSessionCacheMode = 44;
    private const int CtrlChainCert = 89;
    private const int CtrlGroupsList = 92;
    private const int CtrlDhAuto = 118;
    private const int CtrlMinVersion = 123;
    private const int CtrlMaxVersion = 124;

    /// <summary>Of a server or of a client; invalid when there is no memory.</summary>
    public static SafeSslContext NewContext(bool isServer)
    {
        Begin();
        return SSL_CTX_new(isServer ? TLS_server_method() : TLS_client_method());
    }

    public static void SetMode(SafeSslContext context, long modes) => SSL_CTX_ctrl(context, CtrlMode, modes, null);

    public static void SetOptions(SafeSslContext context, ulong options) => SSL_CTX_set_options(context, options);

    /// <param name="context">Its sessions are kept by clients alone, in tickets.</param>
    public static void DisableSessionCache(SafeSslContext context) => SSL_CTX_ctrl(context, CtrlSessionCacheMode, 0, null);

    public static bool SetVersions(SafeSslContext context, int min, int max) =>
        SSL_CTX_ctrl(context, CtrlMinVersion, min, null) == 1 && SSL_CTX_ctrl(context, CtrlMaxVersion, max, null) == 1;

    /// <summary>Cipher suites of TLS 1.2. Names that OpenSSL does not know are left out; false: none is left.</summary>
    public static bool SetCiphers(SafeSslContext context, string ciphers) => SSL_CTX_set_cipher_list(context, ciphers) == 1;

    /// <summary>Cipher suites of TLS 1.3.</summary>
    public static bool SetCipherSuites(SafeSslContext context, string suites) => SSL_CTX_set_ciphersuites(context, suites) == 1;

    public static bool SetGroups(SafeSslContext context, string groups)
    {
        var text = Marshal.StringToCoTaskMemUTF8(groups);
        try
        {
            return SSL_CTX_ctrl(context, CtrlGroupsList, 0, (void*)text) == 1;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>Groups for DHE suites that fit to the key of the certificate.</summary>
    public static void SetAutomaticDh(SafeSslContext context) => SSL_CTX_ctrl(context, CtrlDhAuto, 1, null);

    /// <summary>A certificate with its key and the chain that is sent behind it, in the place of one with a key of the same kind.</summary>
    public static bool UseCertificate(SafeSslContext context, SafeX509 certificate, SafePrivateKey key, IEnumerable<SafeX509> chain) =>
        SSL_CTX_use_certificate(context, certificate) == 1
        && SSL_CTX_use_PrivateKey(context, key) == 1
        && chain.All(above => AddToChain(context, CtrlChainCert, 1, above) == 1);

    /// <summary>Whose sessions are resumed: those alone that were made under the same id. At most 32 bytes.</summary>
    public static bool SetSessionIdContext(SafeSslContext context, ReadOnlySpan<byte> id)
    {
        fixed (byte* first = id)
            return SSL_CTX_set_session_id_context(context, first, (uint)id.Length) == 1;
    }

    /// <summary>Tickets that a server gives after a full handshake of TLS 1.3.</summary>
    public static void SetTicketCount(SafeSslContext context, int count) => SSL_CTX_set_num_tickets(context, (nuint)count);

    /// <summary>How long a session may be resumed.</summary>
    public static void SetSessionTimeout(SafeSslContext context, TimeSpan timeout) => SSL_CTX_set_timeout(context, (long)timeout.TotalSeconds);

    /// <param name="context">A client's.</param>
    /// <param name="protocols">As RFC 7301, 3.1 has them on the wire: each behind a byte with its length.</param>
    public static bool SetOfferedProtocols(SafeSslContext context, ReadOnlySpan<byte> protocols)
    {
        fixed (byte* first = protocols)
            return SSL_CTX_set_alpn_protos(context, first, (uint)protocols.Length) == 0; // 0 is success here
    }

    [LibraryImport(Ssl)]
    internal static partial void SSL_CTX_free(nint context);

    [LibraryImport(Ssl)]
    private static partial nint TLS_server_method();

    [LibraryImport(Ssl)]
    private static partial nint TLS_client_method();

    [LibraryImport(Ssl)]
    private static partial SafeSslContext SSL_CTX_new(nint method);

    [LibraryImport(Ssl)]
    private static partial long SSL_CTX_ctrl(SafeSslContext context, int command, long number, void* pointer);

    [LibraryImport(Ssl, EntryPoint = nameof(SSL_CTX_ctrl))]
    private static partial long AddToChain(SafeSslContext context, int command, long adds, SafeX509 certificate);

    [LibraryImport(Ssl)]
    private static partial ulong SSL_CTX_set_options(SafeSslContext context, ulong options);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SSL_CTX_set_cipher_list(SafeSslContext context, string ciphers);

    [LibraryImport(Ssl, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SSL_CTX_set_ciphersuites(SafeSslContext context, string suites);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_use_certificate(SafeSslContext context, SafeX509 certificate);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_use_PrivateKey(SafeSslContext context, SafePrivateKey key);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_session_id_context(SafeSslContext context, byte* id, uint length);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_num_tickets(SafeSslContext context, nuint count);

    [LibraryImport(Ssl)]
    private static partial long SSL_CTX_set_timeout(SafeSslContext context, long seconds);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_alpn_protos(SafeSslContext context, byte* protocols, uint length);
}
