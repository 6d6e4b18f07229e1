using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Proxify.Pki;

/// <summary>
/// Authorities, servers and clients of every kind that a proxy meets, as PEM files for programs and as objects for SslStream. Made once in a run, in a folder
/// that ends with it. Nobody else has these keys, and nothing here outlives a day but the authorities.
/// </summary>
internal sealed class TestPki
{
    private static readonly Lazy<TestPki> Made = new(Create);

    private readonly string _folder;
    private readonly CertificatePlan _client = new() { Usages = [CertificatePlan.ClientUsage] };
    private int _files;

    private TestPki(string folder)
    {
        _folder = folder;
        Root = TestAuthority.CreateRoot(this, "root");
        Intermediate = Root.CreateAuthority("intermediate");
        OtherRoot = TestAuthority.CreateRoot(this, "other root");
        Server = Intermediate.Issue("localhost", CertificatePlan.ForServer("localhost", "proxify.test", "*.proxify.test"));
        RsaServer = Intermediate.Issue("localhost", CertificatePlan.ForServer("localhost", "proxify.test", "*.proxify.test") with { IsRsa = true });
        Client = Intermediate.Issue("client", _client);
        ExpiredClient = Intermediate.Issue("expired client", _client with { From = TimeSpan.FromDays(-2), Until = TimeSpan.FromDays(-1) });
        FutureClient = Intermediate.Issue("future client", _client with { From = TimeSpan.FromHours(12) });
        RevokedClient = Intermediate.Issue("revoked client", _client);
        ServerAsClient = Intermediate.Issue("server as client", _client with { Usages = [CertificatePlan.ServerUsage] });
        DeepClient = Intermediate.CreateAuthority("second").CreateAuthority("third").CreateAuthority("fourth").Issue("deep client", _client);
        StrangeClient = OtherRoot.Issue("strange client", _client);
        SelfSignedClient = TestCertificate.SelfSigned(this, "self-signed client", _client);
        RevocationPath = WriteRevocations(TimeSpan.FromDays(1), RevokedClient);
    }

    public static TestPki Shared => Made.Value;

    public TestAuthority Root { get; }

    /// <summary>Of which all servers and clients are, where nothing else is said.</summary>
    public TestAuthority Intermediate { get; }

    /// <summary>One that nobody trusts who trusts <see cref="Root"/>.</summary>
    public TestAuthority OtherRoot { get; }

    /// <summary>Of localhost, 127.0.0.1, ::1, proxify.test and what is directly below that; ECDSA P-256.</summary>
    public TestCertificate Server { get; }

    /// <summary>Of the same names; RSA 2048.</summary>
    public TestCertificate RsaServer { get; }

    /// <summary>One in order.</summary>
    public TestCertificate Client { get; }

    public TestCertificate ExpiredClient { get; }

    public TestCertificate FutureClient { get; }

    /// <summary>In <see cref="RevocationPath"/>.</summary>
    public TestCertificate RevokedClient { get; }

    /// <summary>May be a server, and no client.</summary>
    public TestCertificate ServerAsClient { get; }

    /// <summary>Five authorities above it, the root included.</summary>
    public TestCertificate DeepClient { get; }

    /// <summary>Of <see cref="OtherRoot"/>.</summary>
    public TestCertificate StrangeClient { get; }

    public TestCertificate SelfSignedClient { get; }

    /// <summary>The revocation lists of the root and of the intermediate, good for a day.</summary>
    public string RevocationPath { get; }

    /// <summary>Writes lists of the root (empty) and of the intermediate; gives the path of the file with both.</summary>
    /// <param name="nextUpdate">From now; in the past for lists that have expired.</param>
    /// <param name="revoked">All of the intermediate.</param>
    public string WriteRevocations(TimeSpan nextUpdate, params TestCertificate[] revoked) =>
        Write("crl", Root.Revoke(nextUpdate) + "\n" + Intermediate.Revoke(nextUpdate, revoked) + "\n");

    /// <summary>Writes a file of its own; gives its path.</summary>
    public string Write(string extension, string pem)
    {
        var path = Path.Combine(_folder, $"{Interlocked.Increment(ref _files)}.{extension}");
        File.WriteAllText(path, pem);
        return path;
    }

    private static TestPki Create()
    {
        // Unlike CreateTempSubdirectory's, also for programs that take another user's rights.
        var folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), $"proxify-pki-{Guid.NewGuid():n}")).FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        return new TestPki(folder);
    }
}
