using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Proxify.Configuration;
using Proxify.Health;
using Proxify.Pki;
using Proxify.Runtime;
using Proxify.Tests.Configuration;
using Proxify.Transport;

namespace Proxify.Tests.Health;

/// <summary>Checks of apps whose sessions speak TLS, or say who they are, to their targets.</summary>
public sealed class TlsCheckTests : IDisposable
{
    private static readonly TestPki Certs = TestPki.Shared;
    private static readonly TargetTlsConfig Verified = new() { Authorities = [Certs.Root.CertificatePath] };
    private static readonly HealthConfig PingPong = new() { Send = "PING"u8.ToArray(), Expect = "PONG"u8.ToArray() };

    private readonly TemporaryFolder _folder = new();
    private readonly Prober _prober = new(TimeProvider.System);
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public TlsCheckTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    public void Dispose()
    {
        _prober.Dispose();
        _listener.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Tls_is_good_with_any_certificate_where_targets_are_not_spoken_to_in_tls()
    {
        var name = ServeAsync(stream => HandshakeAsync(stream, Server(Certs.SelfSignedClient)));

        Assert.Equal(Good, await CheckAsync(Health(null, new HealthConfig { Type = CheckType.Tls }), "db.internal"));
        Assert.Equal("db.internal", await name);
    }

    [Fact]
    public async Task Tls_with_a_target_that_speaks_something_else_is_bad()
    {
        var serving = ServeAsync(async stream =>
        {
            await stream.WriteAsync("220 smtp.example ESMTP\r\n"u8.ToArray());
            return "";
        });

        Assert.Equal((CheckResult.BadAnswer, "TLS: wrong version number"), await CheckAsync(Health(null, new HealthConfig { Type = CheckType.Tls })));
        await serving;
    }

    [Theory]
    [InlineData("proxify.test", null, null)]
    [InlineData("127.0.0.1", null, null)]
    [InlineData("db.internal", "proxify.test", null)]
    [InlineData("db.internal", null, "TLS: hostname mismatch: CN=localhost")]
    [InlineData("127.0.0.2", null, "TLS: IP address mismatch: CN=localhost")]
    public async Task Target_has_to_have_the_name_that_sessions_ask_for(string target, string? serverName, string? problem)
    {
        var serving = ServeAsync(stream => HandshakeAsync(stream, Server(Certs.Server)));

        var check = await CheckAsync(Health(Verified with { ServerName = serverName }), target);

        Assert.Equal((problem is null ? CheckResult.Good : CheckResult.BadAnswer, problem), check);
        Assert.Equal(IPAddress.TryParse(serverName ?? target, out _) ? "" : serverName ?? target, await serving);
    }

    [Fact]
    public async Task Target_of_another_authority_is_bad()
    {
        var serving = ServeAsync(stream => HandshakeAsync(stream, Server(Certs.Server)));

        Assert.Equal((CheckResult.BadAnswer, "TLS: unable to get local issuer certificate: CN=intermediate"),
            await CheckAsync(Health(new TargetTlsConfig { Authorities = [Certs.OtherRoot.CertificatePath] }), "proxify.test"));
        await serving;
    }

    [Fact]
    public async Task Check_offers_the_protocols_and_shows_the_certificate_that_sessions_do()
    {
        var options = Server(Certs.Server);
        options.ApplicationProtocols = [new SslApplicationProtocol("redis")];
        options.ClientCertificateRequired = true;
        options.RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null;
        var serving = ServeAsync(async stream =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(options);
            await ReadAsync(tls);
            await tls.WriteAsync("PONG"u8.ToArray());
            return $"{tls.NegotiatedApplicationProtocol} {tls.RemoteCertificate!.Subject}";
        });

        var tls = Verified with { Alpn = ["redis"], Certificate = Certs.Client.ChainPath, Key = Certs.Client.KeyPath };
        Assert.Equal(Good, await CheckAsync(Health(tls, PingPong), "proxify.test"));
        Assert.Equal("redis CN=client", await serving);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Send_and_expect_are_said_inside_of_tls(SslProtocols version)
    {
        var options = Server(Certs.Server);
        options.EnabledSslProtocols = version;
        var serving = ServeAsync(async stream =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(options);
            var said = await ReadAsync(tls);
            foreach (var letter in "+PONG"u8.ToArray())
                await tls.WriteAsync(new[] { letter }); // a record each
            return said;
        });

        Assert.Equal(Good, await CheckAsync(Health(Verified, PingPong), "proxify.test"));
        Assert.Equal("PING", await serving);
    }

    [Fact]
    public async Task Target_that_cuts_its_answer_off_inside_of_tls_is_bad()
    {
        var serving = ServeAsync(async stream =>
        {
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(Server(Certs.Server));
            await tls.WriteAsync("PO"u8.ToArray());
            return "";
        });

        Assert.Equal((CheckResult.BadAnswer, null), await CheckAsync(Health(Verified, PingPong), "proxify.test"));
        await serving;
    }

    [Fact]
    public async Task Next_check_goes_by_the_files_as_they_are_then()
    {
        var authorities = Path.Combine(_folder.Path, "ca.pem");
        File.Copy(Certs.OtherRoot.CertificatePath, authorities);
        var app = App(new TargetTlsConfig { Authorities = [authorities] });
        var serving = ServeAsync(stream => HandshakeAsync(stream, Server(Certs.Server)));
        Assert.Equal(CheckResult.BadAnswer, (await CheckAsync(app.Health.Check!, "proxify.test")).Result);
        await serving;

        File.Copy(Certs.Root.CertificatePath, authorities, overwrite: true);
        Assert.True(app.TargetTls!.Refresh());

        serving = ServeAsync(stream => HandshakeAsync(stream, Server(Certs.Server)));
        Assert.Equal(Good, await CheckAsync(app.Health.Check!, "proxify.test"));
        await serving;
    }

    [Theory]
    [InlineData("S", null)]
    [InlineData("N", "it does not take TLS in PostgreSQL's way")]
    public async Task Postgres_is_asked_for_tls_first(string answer, string? problem)
    {
        var serving = ServeAsync(async stream =>
        {
            var asked = new byte[8];
            await stream.ReadExactlyAsync(asked);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
            return Convert.ToHexString(asked) + (answer == "S" ? await HandshakeAsync(stream, Server(Certs.Server)) : "");
        });

        var check = await CheckAsync(App(Verified, change: app => app with { StartTls = StartTlsProtocol.Postgres }).Health.Check!, "proxify.test");

        Assert.Equal((problem is null ? CheckResult.Good : CheckResult.BadAnswer, problem), check);
        Assert.Equal("0000000804D2162F" + (answer == "S" ? "proxify.test" : ""), await serving);
    }

    [Theory]
    [InlineData(null, null, null, "tcp")]
    [InlineData("", null, null, "tls")]
    [InlineData("", CheckType.Tcp, null, "tcp")]
    [InlineData("", null, 80, "tcp")]
    [InlineData("", CheckType.Tls, 80, "tls")]
    [InlineData(null, CheckType.Tls, null, "tls")]
    public void Checks_of_targets_themselves_go_as_sessions_do(string? tls, CheckType? type, int? port, string expected)
    {
        var app = App(tls is null ? null : Verified, new HealthConfig { Type = type, Port = port });

        Assert.Equal(expected, app.Health.Check!.Type.Name);
        if (expected == "tls" && tls is not null)
            Assert.Same(app.TargetTls, app.Health.Check!.Tls);
    }

    [Theory]
    [InlineData(ProxyProtocolVersion.V1, "PROXY TCP4 127.0.0.1 127.0.0.1 {0} {1}\r\nPING")]
    [InlineData(ProxyProtocolVersion.V2, "\r\n\r\n\0\r\nQUIT\n \0\0\0PING")]
    public async Task Header_of_a_check_names_nobody_but_the_proxy(ProxyProtocolVersion version, string expected)
    {
        var client = "";
        var serving = ServeAsync(async stream =>
        {
            client = $"{((IPEndPoint)stream.Socket.RemoteEndPoint!).Port}";
            var said = new StringBuilder();
            while (!said.ToString().EndsWith("PING", StringComparison.Ordinal))
                said.Append(await ReadAsync(stream));
            await stream.WriteAsync("PONG"u8.ToArray());
            return said.ToString();
        });

        Assert.Equal(Good, await CheckAsync(App(null, PingPong, app => app with { SendProxyProtocol = new() { Version = version } }).Health.Check!));
        Assert.Equal(string.Format(null, expected, client, Endpoint.Port), await serving);
    }

    [Fact]
    public void Header_goes_to_targets_themselves_and_to_no_other_place()
    {
        Assert.NotNull(Of(new HealthConfig()).Header);
        Assert.Null(Of(new HealthConfig { Port = 80 }).Header);
        Assert.Null(Of(new HealthConfig { Address = IPAddress.Loopback }).Header);

        static CheckSettings Of(HealthConfig health) =>
            App(null, health, static app => app with { SendProxyProtocol = new() }).Health.Check!;
    }

    private static (CheckResult, string?) Good => (CheckResult.Good, null);

    private TcpEndpoint Endpoint => new((IPEndPoint)_listener.LocalEndPoint!);

    private static CheckSettings Health(TargetTlsConfig? tls, HealthConfig? health = null) => App(tls, health).Health.Check!;

    private static AppModel App(TargetTlsConfig? tls, HealthConfig? health = null, Func<AppConfig, AppConfig>? change = null)
    {
        var app = new AppConfig { Name = "a", Ports = [1], Targets = ["127.0.0.1:2"], TargetTls = tls, Health = health ?? new HealthConfig() };
        return ModelBuilder.Build(new ProxyConfig { Apps = [change?.Invoke(app) ?? app] }, previous: null).Apps[0];
    }

    private Task<(CheckResult Result, string? Problem)> CheckAsync(CheckSettings check, string host = "127.0.0.1") =>
        ProberBench.CheckAsync(_prober, check, Endpoint, host: host);

    private static SslServerAuthenticationOptions Server(TestCertificate certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate.Certificate, certificate.Intermediates, offline: true),
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
    };

    private async Task<string> ServeAsync(Func<NetworkStream, Task<string>> serve)
    {
        using var socket = await _listener.AcceptAsync().WaitAsync(ProberBench.Patience);
        await using var stream = new NetworkStream(socket);
        return await serve(stream).WaitAsync(ProberBench.Patience);
    }

    /// <returns>The name that was asked for.</returns>
    private static async Task<string> HandshakeAsync(Stream stream, SslServerAuthenticationOptions options)
    {
        await using var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsServerAsync(options);
        }
        catch (Exception e) when (e is IOException or AuthenticationException)
        {
            // The check has what it wants and has ended with RST before the tickets were sent that follow the handshake; or it has refused the certificate.
        }

        return tls.TargetHostName;
    }

    private static async Task<string> ReadAsync(Stream stream)
    {
        var buffer = new byte[256];
        return Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer));
    }
}
