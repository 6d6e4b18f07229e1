using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.Pki;
using Proxify.Tests.Configuration;
using Proxify.Tls;

namespace Proxify.Tests.Tls;

/// <summary>What is said of the files that a config names.</summary>
public sealed class ConfiguredTlsTests : IDisposable
{
    private static readonly TestPki Certs = TestPki.Shared;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_in_order_are_found_relative_to_the_folder_of_the_config()
    {
        Copy(Certs.Server.ChainPath, "web.pem");
        Copy(Certs.Server.KeyPath, "web.key");
        Copy(Certs.Server.CombinedPath, "both.pem");
        Copy(Certs.Root.CertificatePath, "ca.pem");

        Assert.Empty(Errors("""
            "Tls": {"Certificates": [{"Certificate": "web.pem", "Key": "web.key"}, {"Certificate": "both.pem"}], "ClientCertificates": {"Authorities": ["ca.pem"]}},
            "TargetTls": {"Authorities": ["ca.pem"], "Certificate": "./both.pem"}
            """));
    }

    [Theory]
    [InlineData("none.pem", null, "Certificate: none.pem: no such file")]
    [InlineData("/", null, "Certificate: /: is a directory; expected a file")]
    [InlineData("/dev/null", null, "Certificate: /dev/null: is a pipe or a device; expected a file, as it is read again whenever it changes")]
    [InlineData("web.key", null, "Certificate: web.key: has no certificate; expected PEM, which begins with -----BEGIN CERTIFICATE-----")]
    [InlineData("web.pem", null, "Certificate: web.pem: has no private key; expected PEM, which begins with -----BEGIN PRIVATE KEY-----")]
    [InlineData("web.pem", "web.pem", "Certificate: web.pem: has no private key; expected PEM, which begins with -----BEGIN PRIVATE KEY-----")]
    [InlineData("web.pem", "none.key", "Key: none.key: no such file")]
    [InlineData("web.pem", "encrypted.key", "Key: encrypted.key: has a private key that is encrypted; expected one that is not, in a file that only proxify can read")]
    [InlineData("web.pem", "rsa.key", "Key: rsa.key: has a private key that is not that of the first certificate in web.pem: key type mismatch")]
    [InlineData("web.pem", "other.key", "Key: other.key: has a private key that is not that of the first certificate in web.pem: key values mismatch")]
    [InlineData("cut.pem", "web.key", "Certificate: cut.pem: has a certificate that cannot be read: bad end line")]
    public void Certificate_or_key_out_of_order_is_an_error_with_its_place(string certificate, string? key, string error)
    {
        Copy(Certs.Server.ChainPath, "web.pem");
        Copy(Certs.Server.KeyPath, "web.key");
        Copy(Certs.RsaServer.KeyPath, "rsa.key");
        Copy(Certs.Client.KeyPath, "other.key");
        using (var encrypted = ECDsa.Create())
        {
            File.WriteAllText(_folder.File("encrypted.key"), encrypted.ExportEncryptedPkcs8PrivateKeyPem("x",
                new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1)));
        }

        var whole = File.ReadAllText(Certs.Server.ChainPath);
        File.WriteAllText(_folder.File("cut.pem"), whole[..(whole.Length - 40)]);
        var keyText = key is null ? "" : $", \"Key\": \"{key}\"";

        Assert.Equal([$"Apps[0].Tls.Certificates[0].{error}"], Errors($$"""
            "Tls": {"Certificates": [{"Certificate": "{{certificate}}"{{keyText}}}]}
            """));
    }

    [Fact]
    public void All_errors_are_told_at_once()
    {
        Copy(Certs.Server.CombinedPath, "web.pem");
        File.WriteAllBytes(_folder.File("tickets"), new byte[79]);

        Assert.Equal(
        [
            "Apps[0].Tls.ClientCertificates.Authorities[0]: none.pem: no such file",
            "Apps[0].Tls.ClientCertificates.RevocationLists[0]: web.pem: has no revocation list; expected PEM, which begins with -----BEGIN X509 CRL-----",
            "Apps[0].Tls.TicketKeys[0]: tickets: 79 bytes are no secrets of 80 or 48 bytes each, nor lines of so many in base64",
            "Apps[0].TargetTls.Authorities[1]: none.pem: no such file",
        ], Errors("""
            "Tls": {"Certificates": [{"Certificate": "web.pem"}], "TicketKeys": ["tickets"],
              "ClientCertificates": {"Authorities": ["none.pem"], "RevocationLists": ["web.pem"]}},
            "TargetTls": {"Authorities": ["web.pem", "none.pem"]}
            """));
    }

    [Fact]
    public void Error_has_its_line_and_column()
    {
        var path = _folder.File("config.json");
        File.WriteAllText(path, ConfigText.App(more: ",\n  \"TargetTls\": { \"Authorities\": [\"none.pem\"] }"));
        var result = ConfigFile.Load(path);

        Assert.Equal("2:34: Apps[0].TargetTls.Authorities[0]: none.pem: no such file",
            Assert.Single(result.Locate(ConfiguredTls.Of(result.ConfigOrThrow(), TimeProvider.System, NullLogger.Instance).Errors)).ToString());
    }

    private void Copy(string from, string to) => File.Copy(from, _folder.File(to));

    private string[] Errors(string tls)
    {
        var config = ConfigText.ReadValid(ConfigText.App(more: $",{tls}")) with { Folder = _folder.Path };
        return [.. ConfiguredTls.Of(config, TimeProvider.System, NullLogger.Instance).Errors.Select(error => error.ToString())];
    }
}
