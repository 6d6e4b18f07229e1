using Proxify.Pki;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>Who is not let in is told why, stands in the log, and no target hears of it.</summary>
public sealed class ClientCertificateTests
{
    private const string RequiredAlert = "116", HandshakeFailureAlert = "40";

    private static readonly Dictionary<string, TestCertificate> Certificates = new()
    {
        ["CN=client"] = Certs.Client,
        ["CN=expired client"] = Certs.ExpiredClient,
        ["CN=future client"] = Certs.FutureClient,
        ["CN=revoked client"] = Certs.RevokedClient,
        ["CN=server as client"] = Certs.ServerAsClient,
        ["CN=deep client"] = Certs.DeepClient,
        ["CN=strange client"] = Certs.StrangeClient,
        ["CN=self-signed client"] = Certs.SelfSignedClient,
    };

    [Theory]
    [InlineData("CN=strange client", "unable to get local issuer certificate", "48")]
    [InlineData("CN=self-signed client", "self-signed certificate", "48")]
    [InlineData("CN=expired client", "certificate has expired", "45")]
    [InlineData("CN=future client", "certificate is not yet valid", "42")]
    [InlineData("CN=revoked client", "certificate revoked", "44")]
    [InlineData("CN=server as client", "unsuitable certificate purpose", "43")]
    public async Task Client_out_of_order_is_refused(string who, string reason, string alert) =>
        await ExpectRefusalAsync(who, Clients(), $"{reason}: {who}", alert);

    [Theory]
    [InlineData("Subjects", "CN=other")]
    [InlineData("Names", "dns:client")]
    public async Task Client_to_whom_no_pattern_fits_is_refused(string list, string pattern) =>
        await ExpectRefusalAsync(
            "CN=client", Clients((list, new[] { pattern })), "no subject, name or fingerprint fits to CN=client", "42");

    [Fact]
    public async Task Chain_that_is_too_long_is_refused()
    {
        var clients = Clients(("Depth", 3), ("RevocationLists", Array.Empty<string>()));
        await ExpectRefusalAsync("CN=deep client", clients, "certificate chain too long", "48");
    }

    [Fact]
    public async Task Client_without_a_certificate_is_refused()
    {
        await using var stage = await Stage.CreateAsync(Clients());
        foreach (var (version, alert) in new[] { ("-tls1_2", HandshakeFailureAlert), ("-tls1_3", RequiredAlert) })
            await stage.ExpectRefusalAsync([version], "peer did not return a certificate", alert);
    }

    [Fact]
    public async Task Curl_says_why_it_is_refused()
    {
        await using var stage = await Stage.CreateAsync(Clients());
        string[] curl = [Tool.Require("curl", "curl"), "-sS", "--cacert", Certs.Root.CertificatePath, $"https://localhost:{stage.Port}/"];

        var result = await stage.Lab.RunAsync([.. curl, "--cert", Certs.RevokedClient.ChainPath, "--key", Certs.RevokedClient.KeyPath]);

        Assert.Contains("alert certificate revoked", result.Errors);
        await stage.ExpectNothingAtTargetAsync();
    }

    [Theory]
    [InlineData("require", "CN=client", "CN=client")]
    [InlineData("request", "CN=client", "CN=client")]
    [InlineData("request", null, null)]
    [InlineData("off", "CN=strange client", null)] // it is not asked
    public async Task Client_that_may_come_in_reaches_the_target_and_stands_in_the_log(string mode, string? who, string? identity)
    {
        await using var stage = await Stage.CreateAsync(Clients(("Mode", mode)));
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
        {
            var client = OpenSsl.Start(stage.Lab, stage.Port, [version, "-quiet", "-no_ign_eof", .. Shown(who)]);
            using var target = await stage.Target.AcceptAsync();
            await target.SendAsync(1);
            target.Fin();
            Assert.Equal(0, await client.ExitAsync());
            target.Dispose();

            var session = (await stage.Proxy.WaitForSessionsAsync(version == "-tls1_2" ? 1 : 2))[^1];
            Assert.Equal(version == "-tls1_2" ? "TLSv1.2" : "TLSv1.3", session.Text("tls"));
            Assert.Equal(identity, session.Text("client_certificate"));
            Assert.Equal(1, session.Number("from_target"));
        }
    }

    private static async Task ExpectRefusalAsync(string who, (string Key, object Value) clients, string detail, string alert)
    {
        await using var stage = await Stage.CreateAsync(clients);
        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
            await stage.ExpectRefusalAsync([version, .. Shown(who)], detail, alert);
    }

    private static string[] Shown(string? who) => who is null ? [] : OpenSsl.As(Certificates[who]);

    /// <summary>An app that asks its clients, and its target.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private int _refused;

        private Stage(Lab lab, PeerListener target, int port, ProxifyProcess proxy)
        {
            Lab = lab;
            Target = target;
            Port = port;
            Proxy = proxy;
        }

        public Lab Lab { get; }

        public PeerListener Target { get; }

        public int Port { get; }

        public ProxifyProcess Proxy { get; }

        public static async Task<Stage> CreateAsync((string Key, object Value) clients)
        {
            var lab = await Lab.CreateAsync();
            var (target, port) = (lab.Listen(), lab.Port());
            var app = Config.App("app", port, Config.Local(target.Port)).With("Tls", ServerTls(clients)).With("Health", new { Active = false });
            return new(lab, target, port, await lab.StartProxifyAsync(Config.Of(app)));
        }

        public async Task ExpectRefusalAsync(string[] options, string detail, string alert)
        {
            var said = await OpenSsl.ConnectAsync(Lab, Port, options, input: "never to be seen\n");

            Assert.Contains($"SSL alert number {alert}", said);
            var session = (await Proxy.WaitForSessionsAsync(++_refused))[^1];
            Assert.Equal("client_certificate", session.Reason);
            Assert.StartsWith(detail, session.Text("detail"), StringComparison.Ordinal);
            Assert.Equal(0, session.Number("from_client"));
            ExpectUntouchedTarget(session);
        }

        public async Task ExpectNothingAtTargetAsync() => ExpectUntouchedTarget(Assert.Single(await Proxy.WaitForSessionsAsync(1)));

        public async ValueTask DisposeAsync()
        {
            Target.Dispose();
            await Lab.DisposeAsync();
        }

        /// <summary>Nothing is on its way either: the session has ended.</summary>
        private void ExpectUntouchedTarget(LogEvent session)
        {
            Assert.False(Target.HasPending);
            Assert.True(session.IsNull("target"));
            Assert.Equal(0, session.Number("tries"));
        }
    }
}
