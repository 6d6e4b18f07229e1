using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>
/// Resumption by tickets, which must not let in whom a full handshake would not. The rules about clients go into the keys; what passes by itself, certificates
/// and revocation lists, goes into the ticket as the moment when the first of them does.
/// </summary>
internal static unsafe class Tickets
{
    private const int IvSize = 16; // EVP_MAX_IV_LENGTH

    // What a key callback gives: SSL_CTX_set_tlsext_ticket_key_evp_cb(3).
    private const int Failed = -1;
    private const int Unknown = 0;
    private const int Use = 1;
    private const int UseAndRenew = 2;

    // SSL_TICKET_STATUS and SSL_TICKET_RETURN: ssl.h.
    private const int Opened = 5;
    private const int OpenedAndRenew = 6;
    private const int IgnoreTicket = 2; // and give a new one
    private const int UseTicket = 3;
    private const int UseTicketAndRenew = 4;

    public static void SetUp(SafeSslContext context) => OpenSsl.SetTicketCallbacks(context, &FindKey, &OnMade, &OnOpened);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int FindKey(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int seals)
    {
        if (OpenSsl.StateOf<ContextState>(ssl).Tickets is not { } keys)
            return seals != 0 ? Failed : Unknown;
        if (seals != 0)
        {
            keys.First.Name.CopyTo(new Span<byte>(name, OpenSsl.TicketNameSize));
            RandomNumberGenerator.Fill(new Span<byte>(iv, IvSize));
            return keys.First.Begin(cipher, mac, seals: true, iv) ? Use : Failed;
        }

        if (keys.Find(new ReadOnlySpan<byte>(name, OpenSsl.TicketNameSize)) is not { } key)
            return Unknown;
        // A ticket of TLS 1.3 is used once (RFC 8446, appendix C.4), so there is always a new one.
        return !key.Begin(cipher, mac, seals: false, iv) ? Failed
            : key == keys.First && OpenSsl.Version(ssl) != OpenSsl.Tls13 ? Use : UseAndRenew;
    }

    /// <summary>A resumed session's ticket keeps the moment of the handshake in which the certificate was shown.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnMade(nint ssl, void* argument)
    {
        if (OpenSsl.IsSessionReused(ssl) == 0 && OpenSsl.ChainNotAfter(ssl) is var end && end < DateTimeOffset.MaxValue)
        {
            var lists = OpenSsl.StateOf<ContextState>(ssl).RevocationsUntil;
            OpenSsl.SetTicketNumber(ssl, (end < lists ? end : lists).ToUnixTimeSeconds());
        }

        return 1;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnOpened(nint ssl, nint session, byte* name, nuint nameLength, int status, void* argument)
    {
        if (status is not (Opened or OpenedAndRenew))
            return IgnoreTicket;
        var state = OpenSsl.StateOf<ContextState>(ssl);
        var isOver = OpenSsl.TicketNumber(session) is { } until && state.Now.ToUnixTimeSeconds() >= until;
        if (isOver || (state.RequiresPeer && !OpenSsl.HasPeer(session)))
            return IgnoreTicket;
        return status == Opened ? UseTicket : UseTicketAndRenew;
    }
}
