using System.Runtime.InteropServices;

namespace Proxify.Linux;

/// <summary>Session tickets: SSL_CTX_set_tlsext_ticket_key_evp_cb(3), SSL_CTX_set_session_ticket_cb(3).</summary>
public static unsafe partial class OpenSsl
{
    public const int TicketNameSize = 16;
    public const int TicketKeySize = 32;

    private const uint OctetString = 5; // OSSL_PARAM_OCTET_STRING
    private const uint Utf8String = 4; // OSSL_PARAM_UTF8_STRING

    private static readonly Lazy<nint> Aes256Cbc = new(() => EVP_CIPHER_fetch(0, "AES-256-CBC", null));

    /// <param name="context">A server's.</param>
    /// <param name="key">Finds or chooses the key of a ticket: connection, name, IV, cipher, MAC, whether it is sealed.</param>
    /// <param name="made">Called before a ticket is made.</param>
    /// <param name="opened">
    /// Called when one has been opened, or could not be: connection, session, name, its length, what it has come to. Says whether it is used.
    /// </param>
    public static void SetTicketCallbacks(
        SafeSslContext context, delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint, nint, int, int> key, delegate* unmanaged[Cdecl]<nint, void*, int> made,
        delegate* unmanaged[Cdecl]<nint, nint, byte*, nuint, int, void*, int> opened)
    {
        _ = SSL_CTX_set_tlsext_ticket_key_evp_cb(context, key);
        _ = SSL_CTX_set_session_ticket_cb(context, made, opened, null);
    }

    /// <summary>Readies a ticket's cipher, AES-256-CBC, and its MAC, HMAC-SHA256.</summary>
    public static bool BeginTicket(nint cipher, nint mac, bool seals, byte* cipherKey, byte* macKey, byte* iv)
    {
        fixed (byte* keyName = "key\0"u8, digestName = "digest\0"u8, digest = "SHA256\0"u8)
        {
            var parameters = stackalloc Parameter[3];
            parameters[0] = new Parameter { Name = keyName, Type = OctetString, Data = macKey, Size = TicketKeySize };
            parameters[1] = new Parameter { Name = digestName, Type = Utf8String, Data = digest, Size = 6 };
            parameters[2] = default;
            return EVP_MAC_CTX_set_params(mac, parameters) == 1
                && (seals
                    ? EVP_EncryptInit_ex2(cipher, Aes256Cbc.Value, cipherKey, iv, null)
                    : EVP_DecryptInit_ex2(cipher, Aes256Cbc.Value, cipherKey, iv, null)) == 1;
        }
    }

    /// <summary>A number that tickets of the connection's session take along.</summary>
    public static void SetTicketNumber(nint ssl, long number) => _ = SSL_SESSION_set1_ticket_appdata(SSL_get_session(ssl), &number, sizeof(long));

    /// <summary>The number that a session's ticket has brought; null: none.</summary>
    public static long? TicketNumber(nint session)
    {
        void* data;
        nuint length;
        return SSL_SESSION_get0_ticket_appdata(session, &data, &length) == 1 && length == sizeof(long) ? *(long*)data : null;
    }

    /// <summary>Whether a session has the certificate of a peer.</summary>
    public static bool HasPeer(nint session) => SSL_SESSION_get0_peer(session) != 0;

    [LibraryImport(Crypto, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint EVP_CIPHER_fetch(nint library, string name, string? properties);

    [LibraryImport(Crypto)]
    private static partial int EVP_EncryptInit_ex2(nint context, nint cipher, byte* key, byte* iv, Parameter* parameters);

    [LibraryImport(Crypto)]
    private static partial int EVP_DecryptInit_ex2(nint context, nint cipher, byte* key, byte* iv, Parameter* parameters);

    [LibraryImport(Crypto)]
    private static partial int EVP_MAC_CTX_set_params(nint context, Parameter* parameters);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        SafeSslContext context, delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint, nint, int, int> key);

    [LibraryImport(Ssl)]
    private static partial int SSL_CTX_set_session_ticket_cb(
        SafeSslContext context, delegate* unmanaged[Cdecl]<nint, void*, int> made, delegate* unmanaged[Cdecl]<nint, nint, byte*, nuint, int, void*, int> opened,
        void* argument);

    [LibraryImport(Ssl)]
    private static partial nint SSL_get_session(nint ssl);

    [LibraryImport(Ssl)]
    private static partial int SSL_SESSION_set1_ticket_appdata(nint session, void* data, nuint length);

    [LibraryImport(Ssl)]
    private static partial int SSL_SESSION_get0_ticket_appdata(nint session, void** data, nuint* length);

    [LibraryImport(Ssl)]
    private static partial nint SSL_SESSION_get0_peer(nint session);

    /// <summary>OSSL_PARAM.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Parameter
    {
        public byte* Name;
        public uint Type;
        public void* Data;
        public nuint Size;
        public nuint Returned;
    }
}
