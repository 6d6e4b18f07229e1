using Proxify.Pki;

namespace Proxify.SystemTests.Tls;

/// <summary>What the tests call expired, revoked or strange is that to openssl, too.</summary>
public sealed class PkiTests
{
    private static readonly TestPki Pki = TestPki.Shared;

    [Fact]
    public async Task Certificates_in_order_are_accepted()
    {
        Assert.Equal("", await VerifyAsync(Pki.Server, "sslserver"));
        Assert.Equal("", await VerifyAsync(Pki.RsaServer, "sslserver"));
        Assert.Equal("", await VerifyAsync(Pki.Client, "sslclient"));
        Assert.Equal("", await VerifyAsync(Pki.DeepClient, "sslclient", "-verify_depth", "4"));
    }

    [Fact]
    public async Task Certificates_out_of_order_are_refused_for_what_they_are_called()
    {
        Assert.Contains("certificate has expired", await VerifyAsync(Pki.ExpiredClient, "sslclient"));
        Assert.Contains("certificate is not yet valid", await VerifyAsync(Pki.FutureClient, "sslclient"));
        Assert.Contains("certificate revoked", await VerifyAsync(Pki.RevokedClient, "sslclient"));
        Assert.Contains("unsuitable certificate purpose", await VerifyAsync(Pki.ServerAsClient, "sslclient"));
        Assert.Contains("certificate chain too long", await VerifyAsync(Pki.DeepClient, "sslclient", "-verify_depth", "3"));
        Assert.Contains("unable to get local issuer certificate", await VerifyAsync(Pki.StrangeClient, "sslclient"));
        Assert.Contains("self-signed certificate", await VerifyAsync(Pki.SelfSignedClient, "sslclient"));
    }

    [Fact]
    public async Task List_that_has_expired_is_refused() =>
        Assert.Contains("CRL has expired", await VerifyAsync(Pki.Client, "sslclient", "-CRLfile", Pki.WriteRevocations(TimeSpan.FromHours(-1))));

    private static async Task<string> VerifyAsync(TestCertificate certificate, string purpose, params string[] more)
    {
        string[] lists = more.Contains("-CRLfile") ? ["-crl_check"] : more.Contains("-verify_depth") ? [] : ["-crl_check", "-CRLfile", Pki.RevocationPath];
        string[] verify = [Tool.Require("openssl", "openssl"), "verify", "-CAfile", Pki.Root.CertificatePath, "-untrusted", certificate.ChainPath];
        var result = await RunningProcess.RunAsync([.. verify, "-purpose", purpose, .. lists, .. more, certificate.ChainPath]);
        return result.ExitCode == 0 ? "" : result.Errors;
    }
}
