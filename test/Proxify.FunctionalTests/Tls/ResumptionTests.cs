using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Pki;
using Proxify.Tls;
using static Proxify.FunctionalTests.Tls.TlsApp;

namespace Proxify.FunctionalTests.Tls;

/// <summary>Tickets: whoever resumes a session would come in without it, too.</summary>
public sealed class ResumptionTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("proxify-tls-");

    public static TheoryData<string> Versions => ["-tls1_2", "-tls1_3"];

    private string Session => Path.Combine(_folder.FullName, "session.pem");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Ticket_resumes_a_session_with_its_certificate(string version)
    {
        var tls = With(Clients);
        Assert.False(await ResumesAsync(tls, version));

        Assert.True(await ResumesAsync(tls, version, again: true));
        Assert.True(await ResumesAsync(tls, version, again: true)); // with the ticket that the second one has got
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Ticket_of_one_app_is_worth_nothing_in_another(string version)
    {
        var secrets = Config with { TicketKeys = [Secret()], ClientCertificates = Clients };
        Assert.False(await ResumesAsync(Of(secrets, "one"), version));

        Assert.False(await ResumesAsync(Of(secrets, "two"), version, again: true));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Ticket_of_an_app_is_good_in_each_proxy_with_its_secret(string version)
    {
        var secrets = Config with { TicketKeys = [Secret()], ClientCertificates = Clients };
        Assert.False(await ResumesAsync(Of(secrets), version));

        Assert.True(await ResumesAsync(Of(secrets), version, again: true));
        Assert.False(await ResumesAsync(Of(Config with { ClientCertificates = Clients }), version, again: true));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Client_that_is_revoked_does_not_come_in_with_an_old_ticket(string version)
    {
        var file = Path.Combine(_folder.FullName, "lists.pem");
        File.Copy(Certs.WriteRevocations(TimeSpan.FromDays(1)), file);
        var tls = With(Clients with { RevocationLists = [file] });
        await using var server = new ContextServer(() => tls.Current);
        var client = OpenSslClient.As(Certs.Client);
        await OpenSslClient.ConnectAsync(server.Port, [version, "-sess_out", Session, .. client]);
        await server.DoneAsync();

        File.Copy(Certs.WriteRevocations(TimeSpan.FromDays(1), Certs.Client), file, overwrite: true);
        Assert.True(tls.Refresh());
        var answer = await OpenSslClient.ConnectAsync(server.Port, [version, "-sess_in", Session, .. client]);

        Assert.StartsWith("certificate revoked", (await server.FailedAsync()).Text);
        Assert.Contains("alert certificate revoked", answer);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Ticket_is_void_where_a_rule_about_clients_has_changed(string version)
    {
        var secret = Secret();
        var rules = new[]
        {
            Clients with { Authorities = [Certs.Root.CertificatePath, Certs.OtherRoot.CertificatePath] },
            Clients with { Subjects = ["CN=client"] },
            Clients with { RevocationLists = [] },
            Clients with { Mode = ClientCertificateMode.Request },
        };
        foreach (var rule in rules)
        {
            Assert.False(await ResumesAsync(Of(Config with { TicketKeys = [secret], ClientCertificates = Clients }), version));
            Assert.False(await ResumesAsync(Of(Config with { TicketKeys = [secret], ClientCertificates = rule }), version, again: true));
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Ticket_is_void_when_a_certificate_of_the_chain_or_a_list_has_expired(string version)
    {
        foreach (var (until, lists) in new[] { (TimeSpan.FromMinutes(50), TimeSpan.FromDays(1)), (TimeSpan.FromDays(1), TimeSpan.FromMinutes(50)) })
        {
            var client = Certs.Intermediate.Issue("client", new CertificatePlan { Usages = [CertificatePlan.ClientUsage], Until = until });
            var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
            var tls = Of(Config with { ClientCertificates = Clients with { RevocationLists = [Certs.WriteRevocations(lists)] } }, clock: clock);
            Assert.False(await ResumesAsync(tls, version, client: client));

            Assert.True(await ResumesAsync(tls, version, again: true, client: client));
            clock.Advance(TimeSpan.FromMinutes(51));
            Assert.False(await ResumesAsync(tls, version, again: true, client: client)); // whichever of the tickets it has
        }
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Secret_of_before_opens_its_tickets_until_it_is_gone(string version)
    {
        var (old, next) = (Secret(), Secret());
        await ResumesAsync(Of(Config with { TicketKeys = [old] }), version);

        Assert.True(await ResumesAsync(Of(Config with { TicketKeys = [next, old] }), version, again: true));
        if (version == "-tls1_3") // with 1.2 it has a new ticket, too, but s_client does not keep that
            Assert.True(await ResumesAsync(Of(Config with { TicketKeys = [next] }), version, again: true));
        Assert.False(await ResumesAsync(Of(Config with { TicketKeys = [Secret()] }), version, again: true));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Random_secret_opens_its_tickets_until_it_has_been_replaced_twice(string version)
    {
        var tls = Of(Config);
        await ResumesAsync(tls, version);

        tls.RotateSecret();
        Assert.True(await ResumesAsync(tls, version, again: true));
        await ResumesAsync(tls, version);
        tls.RotateSecret();
        tls.RotateSecret();
        Assert.False(await ResumesAsync(tls, version, again: true));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Random_secret_outlives_a_change_that_is_no_rule_about_clients(string version)
    {
        var before = Of(Config);
        await ResumesAsync(before, version);

        Assert.True(await ResumesAsync(Of(Config with { Alpn = ["h2"] }, previous: before), version, again: true));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Without_tickets_nothing_is_resumed(string version)
    {
        var tls = Of(Config with { Tickets = 0 });
        await using var server = new ContextServer(() => tls.Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, version, "-sess_out", Session);

        Assert.DoesNotContain("ticket lifetime hint", client);
        Assert.DoesNotContain("TLS session ticket:", client);
        await server.DoneAsync();
    }

    [Fact]
    public async Task Client_gets_as_many_tickets_as_are_configured()
    {
        await using var server = new ContextServer(() => Of(Config with { Tickets = 3 }).Current);

        var client = await OpenSslClient.ConnectAsync(server.Port, "-tls1_3");

        Assert.Equal(3, client.Split("Post-Handshake New Session Ticket arrived").Length - 1);
    }

    /// <summary>Whether a handshake resumes a session; it keeps its ticket for the next.</summary>
    /// <param name="tls">Whom with.</param>
    /// <param name="version">Of TLS.</param>
    /// <param name="again">It is asked to, with the ticket of the one before.</param>
    /// <param name="client">Whose certificate is shown when it is asked for.</param>
    private async Task<bool> ResumesAsync(ServerTls tls, string version, bool again = false, TestCertificate? client = null)
    {
        await using var server = new ContextServer(() => tls.Current);
        string[] resume = again ? ["-sess_in", Session] : [];
        var answer = await OpenSslClient.ConnectAsync(
            server.Port, [version, "-sess_out", Session, .. resume, .. OpenSslClient.As(client ?? Certs.Client)]);
        var info = await server.DoneAsync();
        Assert.Equal(info.IsResumed, answer.Contains("\nReused, ", StringComparison.Ordinal));
        Assert.Equal(tls.Current.VerifiesPeer, info.Peer is not null);
        return info.IsResumed;
    }

    private string Secret()
    {
        var path = Path.Combine(_folder.FullName, Path.GetRandomFileName());
        File.WriteAllBytes(path, System.Security.Cryptography.RandomNumberGenerator.GetBytes(80));
        return path;
    }
}
