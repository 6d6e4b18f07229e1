using Proxify.Pki;
using Proxify.SystemTests.Tls;

namespace Proxify.SystemTests.Etcd;

/// <summary>What an etcd is told, beside who its members are.</summary>
internal sealed record EtcdSetup
{
    // It calls itself with its own certificate, as a client, when it is asked in JSON.
    private static readonly Lazy<TestCertificate> Certificate = new(static () => TlsText.Certs.Intermediate.Issue(
        "etcd", CertificatePlan.ForServer("localhost") with { Usages = [CertificatePlan.ServerUsage, CertificatePlan.ClientUsage] }));

    public string Scheme { get; init; } = "http";

    /// <summary>At which it listens for clients.</summary>
    public string Address { get; init; } = "127.0.0.1";

    public string[] Arguments { get; init; } = [];

    /// <summary>A program that executes it in its own place, such as setpriv(1).</summary>
    public string[] Prefix { get; init; } = [];

    /// <summary>Over TLS, with a certificate of the shared root's, for clients who have one of it, too.</summary>
    public static EtcdSetup Tls { get; } = new()
    {
        Scheme = "https",
        Arguments =
        [
            "--cert-file", Certificate.Value.ChainPath, "--key-file", Certificate.Value.KeyPath,
            "--trusted-ca-file", TlsText.Certs.Root.CertificatePath, "--client-cert-auth",
        ],
    };
}
