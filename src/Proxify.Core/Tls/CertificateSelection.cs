using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Proxify.Linux;

namespace Proxify.Tls;

/// <summary>
/// Gives a connection the certificates of the name that its client asks for; which of them is shown, by the kind of its key, OpenSSL finds out. Without a name,
/// or with one that no certificate has, those of the context stay.
/// </summary>
internal static unsafe class CertificateSelection
{
    private const int GoOn = 1;
    private const int Fail = 0;

    public static void SetUp(SafeSslContext context) => OpenSsl.SetCertificateSelection(context, &Select);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Select(nint ssl, void* argument)
    {
        if (OpenSsl.ServerName(ssl) is not { } name || OpenSsl.StateOf<ContextState>(ssl).Certificates.Find(name) is not { } certificates)
            return GoOn;
        OpenSsl.ClearCertificates(ssl);
        foreach (var certificate in certificates)
        {
            if (!OpenSsl.UseCertificate(ssl, certificate.Chain[0], certificate.Key, certificate.Chain.Skip(1)))
                return Fail;
        }

        return GoOn;
    }
}
