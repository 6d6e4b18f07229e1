using Proxify.Linux;

namespace Proxify.Transport.Tls;

/// <summary>Why a handshake has failed.</summary>
/// <param name="Text">In OpenSSL's words, and of a certificate whose it is.</param>
/// <param name="IsOfCertificate">The peer has shown no certificate where one is required, or one that does not pass.</param>
internal sealed record TlsFailure(string Text, bool IsOfCertificate)
{
    // sslerr.h
    private const string NoCertificate = "peer did not return a certificate";
    private const string NotVerified = "certificate verify failed";

    public static TlsFailure Of(nint ssl)
    {
        var error = OpenSsl.TakeError();
        return error switch
        {
            NotVerified => new(PeerRefusal.Take() ?? OpenSsl.VerifyError(OpenSsl.VerifyResult(ssl)), IsOfCertificate: true),
            NoCertificate => new(error, IsOfCertificate: true),
            _ => new(error, IsOfCertificate: false),
        };
    }
}
