using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>Contexts for handshakes between connections of a test, with one certificate that nobody verifies.</summary>
internal static class TestTls
{
    public const string Tls12 = "TLS 1.2";
    public const string Tls13 = "TLS 1.3";

    private static readonly (string Certificate, string Key) Pem = CreatePem();

    private static readonly ConcurrentDictionary<(bool IsServer, int Version), TlsContext> Contexts = [];

    public static string[] Versions { get; } = [Tls12, Tls13];

    /// <summary>OpenSSL's number for one of <see cref="Versions"/>.</summary>
    public static int Number(string version) => version == Tls12 ? OpenSsl.Tls12 : OpenSsl.Tls13;

    /// <summary>All tests share it.</summary>
    public static TlsContext Of(bool isServer, int version) => Contexts.GetOrAdd((isServer, version), static kind => Create(kind.IsServer, kind.Version));

    private static TlsContext Create(bool isServer, int version)
    {
        var context = OpenSsl.NewContext(isServer);
        OpenSsl.SetMode(context, OpenSsl.ModeEnablePartialWrite | OpenSsl.ModeAcceptMovingWriteBuffer | OpenSsl.ModeReleaseBuffers);
        Assert.True(OpenSsl.SetVersions(context, version, version));
        if (isServer)
        {
            using var key = OpenSsl.ReadPrivateKey(System.Text.Encoding.ASCII.GetBytes(Pem.Key))!;
            var chain = OpenSsl.ReadCertificates(System.Text.Encoding.ASCII.GetBytes(Pem.Certificate))!;
            Assert.True(OpenSsl.UseCertificate(context, chain[0], key, []));
        }

        return new TlsContext(context) { IsServer = isServer, VerifiesPeer = false };
    }

    private static (string Certificate, string Key) CreatePem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }
}
