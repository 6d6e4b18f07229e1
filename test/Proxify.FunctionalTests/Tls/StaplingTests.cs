using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Pki;
using Proxify.Tls;
using static Proxify.FunctionalTests.Tls.TlsApp;

namespace Proxify.FunctionalTests.Tls;

/// <summary>OCSP responses that go along with a certificate.</summary>
public sealed class StaplingTests : IDisposable
{
    private const string Stapled = "OCSP Response Status: successful";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxify-ocsp-");

    private string File => Path.Combine(_folder.FullName, "response.der");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Client_that_asks_gets_the_response_as_long_as_it_holds(string version)
    {
        await RespondAsync(Certs.Server);
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        var tls = Of(WithResponse(Certs.Server), clock: clock);
        await using var server = new ContextServer(() => tls.Current);

        Assert.Contains(Stapled, await OpenSslClient.ConnectAsync(server.Port, version, "-status"));
        Assert.Contains("Cert Status: good", await OpenSslClient.ConnectAsync(server.Port, version, "-status"));
        Assert.DoesNotContain(Stapled, await OpenSslClient.ConnectAsync(server.Port, version));

        clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains("OCSP response: no response sent", await OpenSslClient.ConnectAsync(server.Port, version, "-status"));
    }

    [Fact]
    public async Task Response_for_another_certificate_is_warned_of_and_not_given()
    {
        await RespondAsync(Certs.RsaServer);
        var tls = Of(WithResponse(Certs.Server));
        await using var server = new ContextServer(() => tls.Current);

        Assert.Contains(tls.Files.Warnings, warning => warning.StartsWith($"{File}: is not stapled", StringComparison.Ordinal));
        Assert.Contains("OCSP response: no response sent", await OpenSslClient.ConnectAsync(server.Port, "-status"));
    }

    [Fact]
    public async Task Response_is_that_of_the_certificate_which_is_shown()
    {
        await RespondAsync(Certs.RsaServer);
        var tls = Of(Config with { Certificates = [Certificate(Certs.Server), Certificate(Certs.RsaServer) with { Ocsp = File }] });
        await using var server = new ContextServer(() => tls.Current);

        Assert.DoesNotContain(Stapled, await OpenSslClient.ConnectAsync(server.Port, "-status", "-sigalgs", "ECDSA+SHA256"));
        Assert.Contains(Stapled, await OpenSslClient.ConnectAsync(server.Port, "-status", "-sigalgs", "RSA-PSS+SHA256"));
    }

    [Fact]
    public async Task Response_is_replaced_with_its_file()
    {
        await System.IO.File.WriteAllTextAsync(File, "none yet", TestContext.Current.CancellationToken);
        var tls = Of(WithResponse(Certs.Server));
        await using var server = new ContextServer(() => tls.Current);
        Assert.Contains(tls.Files.Warnings, warning => warning.StartsWith(File, StringComparison.Ordinal));

        await RespondAsync(Certs.Server);

        Assert.True(tls.Refresh());
        Assert.DoesNotContain(tls.Files.Warnings, warning => warning.StartsWith(File, StringComparison.Ordinal));
        Assert.Contains(Stapled, await OpenSslClient.ConnectAsync(server.Port, "-status"));
    }

    private TlsConfig WithResponse(TestCertificate certificate) => Config with { Certificates = [Certificate(certificate) with { Ocsp = File }] };

    /// <summary>The authority's answer for a day, made by openssl-ocsp(1).</summary>
    private async Task RespondAsync(TestCertificate certificate)
    {
        var serial = certificate.Certificate.SerialNumber;
        var index = Path.Combine(_folder.FullName, "index.txt");
        await System.IO.File.WriteAllTextAsync(index, $"V\t991231235959Z\t\t{serial}\tunknown\t/CN=localhost\n", TestContext.Current.CancellationToken);
        var key = Path.Combine(_folder.FullName, "authority.key");
        using (var signer = System.Security.Cryptography.X509Certificates.ECDsaCertificateExtensions.GetECDsaPrivateKey(Certs.Intermediate.Certificate)!)
            await System.IO.File.WriteAllTextAsync(key, signer.ExportPkcs8PrivateKeyPem(), TestContext.Current.CancellationToken);
        var output = await OpenSslClient.RunAsync("ocsp", "-index", index, "-rsigner", Certs.Intermediate.CertificatePath, "-rkey", key, "-CA",
            Certs.Intermediate.CertificatePath, "-issuer", Certs.Intermediate.CertificatePath, "-serial", $"0x{serial}", "-ndays", "1", "-respout", File,
            "-noverify");
        Assert.True(System.IO.File.Exists(File), output);
    }
}
