using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>Agrees with a client on an application protocol (ALPN): the first of ours that it offers, or the alert that RFC 7301, 3.2 asks for.</summary>
internal static unsafe class ProtocolSelection
{
    private const int Done = 0; // SSL_TLSEXT_ERR_OK
    private const int Refuse = 2; // SSL_TLSEXT_ERR_ALERT_FATAL: no_application_protocol

    public static void SetUp(SafeSslContext context) => OpenSsl.SetProtocolSelection(context, &Select);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Select(nint ssl, byte** selected, byte* selectedLength, byte* offered, uint offeredLength, void* argument)
    {
        var offer = new ReadOnlySpan<byte>(offered, (int)offeredLength);
        var ours = OpenSsl.StateOf<ContextState>(ssl).Protocols.AsSpan();
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
