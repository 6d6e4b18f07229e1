using Proxify.Configuration;
using Proxify.Pki;
using static Proxify.FunctionalTests.Tls.TlsApp;

namespace Proxify.FunctionalTests.Tls;

/// <summary>Who comes in with which certificate, and what the others are told.</summary>
public sealed class ClientCertificateTests
{
    private static readonly Dictionary<string, TestCertificate> Certificates = new()
    {
        ["client"] = Certs.Client,
        ["expired client"] = Certs.ExpiredClient,
        ["future client"] = Certs.FutureClient,
        ["revoked client"] = Certs.RevokedClient,
        ["server as client"] = Certs.ServerAsClient,
        ["deep client"] = Certs.DeepClient,
        ["strange client"] = Certs.StrangeClient,
        ["self-signed client"] = Certs.SelfSignedClient,
    };

    [Theory]
    [InlineData("-tls1_2")]
    [InlineData("-tls1_3")]
    public async Task Client_in_order_comes_in(string version)
    {
        await using var server = new ContextServer(() => With(Clients).Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, [version, .. OpenSslClient.As(Certs.Client)]);

        var info = await server.DoneAsync();
        Assert.Equal("CN=client", info.Peer!.Subject);
        Assert.True(info.Peer.IsVerified);
        Assert.Contains("hello", client);
        Assert.Contains("CN = root", client); // whom certificates are asked of
    }

    [Theory]
    [InlineData("expired client", "certificate has expired", "certificate expired")]
    [InlineData("future client", "certificate is not yet valid", "bad certificate")]
    [InlineData("revoked client", "certificate revoked", "certificate revoked")]
    [InlineData("server as client", "unsuitable certificate purpose", "unsupported certificate")]
    [InlineData("strange client", "unable to get local issuer certificate", "unknown ca")]
    [InlineData("self-signed client", "self-signed certificate", "unknown ca")]
    public async Task Client_out_of_order_is_told_why_it_is_refused(string who, string reason, string alert)
    {
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            foreach (var mode in new[] { ClientCertificateMode.Require, ClientCertificateMode.Request })
            {
                await using var server = new ContextServer(() => With(Clients with { Mode = mode }).Current);

                var client = await OpenSslClient.ConnectAsync(server.Port, [version, .. OpenSslClient.As(Certificates[who])]);

                var failure = await server.FailedAsync();
                Assert.True(failure.IsOfCertificate);
                Assert.Equal($"{reason}: CN={who}", failure.Text);
                Assert.Contains($"alert {alert}", client);
            }
        }
    }

    [Theory]
    [InlineData("-tls1_2", "alert handshake failure")]
    [InlineData("-tls1_3", "alert certificate required")]
    public async Task Client_without_a_certificate_comes_in_where_none_is_required(string version, string alert)
    {
        await using var asking = new ContextServer(() => With(Clients with { Mode = ClientCertificateMode.Request }).Current);
        await using var requiring = new ContextServer(() => With(Clients).Current);
        await using var silent = new ContextServer(() => With(Clients with { Mode = ClientCertificateMode.Off }).Current);

        await OpenSslClient.ConnectAsync(asking.Port, version);
        Assert.Null((await asking.DoneAsync()).Peer);

        var unasked = await OpenSslClient.ConnectAsync(silent.Port, [version, .. OpenSslClient.As(Certs.StrangeClient)]);
        Assert.Contains("No client certificate CA names sent", unasked);
        Assert.Null((await silent.DoneAsync()).Peer);

        Assert.Contains(alert, await OpenSslClient.ConnectAsync(requiring.Port, version));
        Assert.True((await requiring.FailedAsync()).IsOfCertificate);
    }

    [Fact]
    public async Task Chain_is_no_longer_than_it_may_be()
    {
        var clients = Clients with { RevocationLists = [] };
        await using var enough = new ContextServer(() => With(clients with { Depth = 4 }).Current);
        await using var tooFew = new ContextServer(() => With(clients with { Depth = 3 }).Current);

        await OpenSslClient.ConnectAsync(enough.Port, OpenSslClient.As(Certs.DeepClient));
        await enough.DoneAsync();

        Assert.Contains("alert unknown ca", await OpenSslClient.ConnectAsync(tooFew.Port, OpenSslClient.As(Certs.DeepClient)));
        Assert.StartsWith("certificate chain too long", (await tooFew.FailedAsync()).Text);
    }

    [Fact]
    public async Task List_that_has_expired_lets_nobody_in()
    {
        var expired = Clients with { RevocationLists = [Certs.WriteRevocations(TimeSpan.FromHours(-1))] };
        await using var server = new ContextServer(() => With(expired).Current);

        Assert.Contains("alert certificate expired", await OpenSslClient.ConnectAsync(server.Port, OpenSslClient.As(Certs.Client)));

        Assert.StartsWith("CRL has expired", (await server.FailedAsync()).Text);
    }

    [Fact]
    public async Task Issuer_without_a_list_lets_nobody_in()
    {
        var partial = Clients with { RevocationLists = [Certs.Write("crl", Certs.Root.Revoke(TimeSpan.FromDays(1)))] };
        await using var server = new ContextServer(() => With(partial).Current);

        await OpenSslClient.ConnectAsync(server.Port, OpenSslClient.As(Certs.Client));

        Assert.StartsWith("unable to get certificate CRL", (await server.FailedAsync()).Text);
    }

    [Theory]
    [InlineData("Subjects", "CN=client", true)]
    [InlineData("Subjects", "cn=cli*", true)]
    [InlineData("Subjects", "CN=cli", false)]
    [InlineData("Subjects", "CN=client,O=x", false)]
    [InlineData("Names", "dns:client", false)]
    [InlineData("Fingerprints", "own", true)]
    [InlineData("Fingerprints", "other", false)]
    public async Task Where_there_are_patterns_one_of_them_fits(string list, string pattern, bool comesIn)
    {
        var fingerprint = (pattern == "own" ? Certs.Client : Certs.Server).Certificate.GetCertHashString(System.Security.Cryptography.HashAlgorithmName.SHA256);
        var clients = list switch
        {
            "Subjects" => Clients with { Subjects = ["CN=nobody", pattern] },
            "Names" => Clients with { Names = [pattern] },
            _ => Clients with { Fingerprints = [fingerprint] },
        };
        await using var server = new ContextServer(() => With(clients).Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, OpenSslClient.As(Certs.Client));

        if (comesIn)
        {
            await server.DoneAsync();
            Assert.Contains("hello", client);
        }
        else
        {
            Assert.Equal("no subject, name or fingerprint fits to CN=client", (await server.FailedAsync()).Text);
            Assert.Contains("alert bad certificate", client);
        }
    }

    [Fact]
    public async Task Names_are_looked_for_among_the_alternative_names()
    {
        var named = Certs.Intermediate.Issue("somebody", new CertificatePlan { Names = ["One.Clients.test"], Usages = [CertificatePlan.ClientUsage] });
        await using var fits = new ContextServer(() => With(Clients with { Names = ["dns:*.clients.test"] }).Current);
        await using var other = new ContextServer(() => With(Clients with { Names = ["dns:*.test", "uri:**", "email:**"] }).Current);

        await OpenSslClient.ConnectAsync(fits.Port, OpenSslClient.As(named));
        await fits.DoneAsync();

        await OpenSslClient.ConnectAsync(other.Port, OpenSslClient.As(named));
        Assert.True((await other.FailedAsync()).IsOfCertificate);
    }
}
