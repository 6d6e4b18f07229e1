using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>What OpenSSL's questions in a handshake with a client are answered from. Goes with the last connection of its context.</summary>
/// <param name="protocols">As on the wire; empty: what clients offer is ignored.</param>
internal sealed unsafe class ServerContextState(byte[] protocols)
{
    private const int Done = 0; // SSL_TLSEXT_ERR_OK
    private const int Refuse = 2; // SSL_TLSEXT_ERR_ALERT_FATAL: no_application_protocol

    private readonly byte[] _protocols = protocols;

    public static void SelectProtocols(SafeSslContext context) => OpenSsl.SetProtocolSelection(context, &SelectProtocol);

    /// <summary>The first of ours that the client has, or the alert that RFC 7301, 3.2 asks for.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SelectProtocol(nint ssl, byte** selected, byte* selectedLength, byte* offered, uint offeredLength, void* argument)
    {
        var offer = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        var ours = OpenSsl.StateOf<ServerContextState>(ssl)._protocols.AsSpan();
        for (; ours.Length > 0; ours = ours[(1 + ours[0])..])
        {
            var name = ours.Slice(1, ours[0]);
            for (var at = 0; at < offer.Length && at + offer[at] < offer.Length; at += 1 + offer[at])
            {
                if (!offer.Slice(at + 1, offer[at]).SequenceEqual(name))
                    continue;
                *selected = offered + at + 1; // the same bytes, which stay until OpenSSL has copied them
                *selectedLength = offer[at];
                return Done;
            }
        }

        return Refuse;
    }
}
