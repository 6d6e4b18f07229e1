using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.Tls;

/// <summary>
/// What becomes of a peer's certificate: OpenSSL's verdict, and then our rules. It is in time for the alert that says why, and before anything is decrypted for
/// the peer.
/// </summary>
internal static unsafe class PeerVerification
{
    private const int Rejected = 28; // X509_V_ERR_CERT_REJECTED, whose alert is bad_certificate: of access_denied OpenSSL knows nothing
    private const int Unspecified = 1; // X509_V_ERR_UNSPECIFIED: internal_error

    public static void SetUp(SafeSslContext context) => OpenSsl.SetVerification(context, &Verify);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Verify(nint verification, void* argument)
    {
        try
        {
            if (!OpenSsl.VerifyChain(verification))
            {
                PeerRefusal.Note(Describe(verification));
                return 0;
            }

            var certificate = OpenSsl.CertificateOf(verification);
            if (OpenSsl.StateOf<ContextState>(OpenSsl.SessionOf(verification)).Peers.Admit(certificate))
                return 1;
            OpenSsl.SetVerificationError(verification, Rejected);
            PeerRefusal.Note($"no subject, name or fingerprint fits to {OpenSsl.SubjectOf(certificate)}");
            return 0;
        }
        catch (Exception e)
        {
            // No exception may cross OpenSSL. Whoever could not be looked at does not come in.
            OpenSsl.SetVerificationError(verification, Unspecified);
            PeerRefusal.Note(e.Message);
            return 0;
        }
    }

    private static string Describe(nint verification)
    {
        var problem = OpenSsl.VerifyError(OpenSsl.VerificationError(verification));
        return OpenSsl.WrongCertificate(verification) is not 0 and var certificate ? $"{problem}: {OpenSsl.SubjectOf(certificate)}" : problem;
    }
}
