using Proxify.Pki;
using Proxify.Tls;
using static Proxify.FunctionalTests.Tls.TlsApp;

namespace Proxify.FunctionalTests.Tls;

/// <summary>Which of an app's certificates a client is shown.</summary>
public sealed class CertificateSelectionTests
{
    private static readonly TestCertificate One = Certs.Root.Issue("one", CertificatePlan.ForServer("one.test"));
    private static readonly TestCertificate Two = Certs.Root.Issue("two", CertificatePlan.ForServer("two.test", "*.wild.test"));
    private static readonly TestCertificate RsaTwo = Certs.Root.Issue("rsa two", CertificatePlan.ForServer("two.test", "a.wild.test") with { IsRsa = true });
    private static readonly TestCertificate Named = Certs.Root.Issue("common.test", CertificatePlan.ForServer() with { IsLocal = false });

    [Theory]
    [InlineData(null, "one")]
    [InlineData("one.test", "one")]
    [InlineData("two.test", "two")]
    [InlineData("TWO.test", "two")]
    [InlineData("b.wild.test", "two")]
    [InlineData("a.b.wild.test", "one")]
    [InlineData("wild.test", "one")]
    [InlineData("common.test", "common.test")]
    [InlineData("nobody.test", "one")]
    public async Task Client_is_shown_the_certificate_of_the_name_that_it_asks_for_else_the_first(string? name, string subject)
    {
        Assert.Equal(subject, await ShownAsync(Of(Config with { Certificates = [Certificate(One), Certificate(Two), Certificate(Named)] }), name));
    }

    [Theory]
    [InlineData("two.test", "ECDSA+SHA256", "two")]
    [InlineData("two.test", "RSA-PSS+SHA256", "rsa two")]
    [InlineData("a.wild.test", "ECDSA+SHA256", "two")] // of the wildcard, since the name's own is of the other kind
    [InlineData("a.wild.test", "RSA-PSS+SHA256", "rsa two")]
    [InlineData("one.test", "ECDSA+SHA256", "one")]
    public async Task Client_is_shown_a_kind_of_key_that_it_can_use(string name, string algorithm, string subject)
    {
        var tls = Of(Config with { Certificates = [Certificate(One), Certificate(RsaTwo), Certificate(Two)] });

        Assert.Equal(subject, await ShownAsync(tls, name, "-sigalgs", algorithm, "-tls1_3"));
    }

    /// <summary>With TLS 1.2 a key of ECDSA has to be on one of the client's curves (RFC 8422, 5.1.1), which also are those of its key exchange.</summary>
    [Fact]
    public async Task Client_of_TLS_1_2_with_other_curves_than_the_key_s_is_served_with_RSA()
    {
        string[] client = ["-tls1_2", "-curves", "X25519"];
        await using var alone = new ContextServer(() => Of(Config).Current);

        Assert.Contains("alert handshake failure", await OpenSslClient.ConnectAsync(alone.Port, client));
        Assert.Equal("no shared cipher", (await alone.FailedAsync()).Text);
        Assert.Equal("localhost", await ShownAsync(Of(Config with { Certificates = [Certificate(Certs.Server), Certificate(Certs.RsaServer)] }), null, client));
    }

    [Fact]
    public async Task Chain_is_sent_as_the_file_has_it()
    {
        var leaf = Certs.Write("pem", Certs.Server.Certificate.ExportCertificatePem());
        var tls = Of(Config with
        {
            Certificates = [new() { Certificate = leaf, Key = Certs.Server.KeyPath }],
            // From these OpenSSL could put a chain together.
            ClientCertificates = Clients with { Authorities = [Certs.Root.CertificatePath, Certs.Intermediate.CertificatePath], RevocationLists = [] },
        });
        await using var server = new ContextServer(() => tls.Current);
        await using var whole = new ContextServer(() => Of(Config).Current);

        var shown = await OpenSslClient.ConnectAsync(server.Port, ["-showcerts", .. OpenSslClient.As(Certs.Client)]);

        Assert.Single(shown.Split("-----BEGIN CERTIFICATE-----").Skip(1));
        Assert.Equal(2, (await OpenSslClient.ConnectAsync(whole.Port, "-showcerts")).Split("-----BEGIN CERTIFICATE-----").Length - 1);
    }

    private static async Task<string> ShownAsync(ServerTls tls, string? name, params string[] options)
    {
        await using var server = new ContextServer(() => tls.Current);
        string[] asked = name is null ? ["-noservername"] : ["-servername", name];
        var answer = await OpenSslClient.ConnectAsync(server.Port, [.. options, .. asked]);
        await server.DoneAsync();
        const string Subject = "subject=CN = ";
        return answer[(answer.IndexOf(Subject, StringComparison.Ordinal) + Subject.Length)..].Split('\n')[0];
    }
}
