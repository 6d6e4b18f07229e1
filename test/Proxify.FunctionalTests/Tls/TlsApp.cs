using Proxify.Configuration;
using Proxify.Pki;
using Proxify.Tls;

namespace Proxify.FunctionalTests.Tls;

/// <summary>The TLS of an app with its clients, without the app.</summary>
internal static class TlsApp
{
    public static readonly TestPki Certs = TestPki.Shared;

    public static CertificateConfig Certificate(TestCertificate certificate) => new() { Certificate = certificate.ChainPath, Key = certificate.KeyPath };

    public static TlsConfig Config { get; } = new() { Certificates = [Certificate(Certs.Server)] };

    /// <summary>Clients of the shared authority, looked up in its lists.</summary>
    public static ClientCertificatesConfig Clients { get; } = new() { Authorities = [Certs.Root.CertificatePath], RevocationLists = [Certs.RevocationPath] };

    public static ServerTls Of(TlsConfig tls, string app = "a", ServerTls? previous = null, TimeProvider? clock = null)
    {
        var errors = new List<ConfigError>();
        var server = ServerTls.Of(new AppConfig { Name = app, Ports = [1], Targets = [], Tls = tls }, "Apps[0]", "/", errors, previous, clock);
        Assert.Empty(errors);
        return server!;
    }

    public static ServerTls With(ClientCertificatesConfig clients, string app = "a") => Of(Config with { ClientCertificates = clients }, app);
}
