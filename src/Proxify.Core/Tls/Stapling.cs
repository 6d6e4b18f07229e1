using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>Gives a client that asks for it (RFC 6066, 8) the authority's answer along with the certificate.</summary>
internal static unsafe class Stapling
{
    private const int Done = 0; // SSL_TLSEXT_ERR_OK
    private const int Nothing = 3; // SSL_TLSEXT_ERR_NOACK

    public static void SetUp(SafeSslContext context) => OpenSsl.SetStapling(context, &Staple);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Staple(nint ssl, void* argument)
    {
        var state = OpenSsl.StateOf<ContextState>(ssl);
        return state.Responses.TryGetValue(OpenSsl.ChosenCertificate(ssl), out var response)
            && state.Now < response.Until && OpenSsl.Staple(ssl, response.Bytes) ? Done : Nothing;
    }
}
