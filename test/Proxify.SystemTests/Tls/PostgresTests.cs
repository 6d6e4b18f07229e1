using System.Text.RegularExpressions;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>psql and PostgreSQL, whose TLS begins when both have said that they want it; since version 17 it may begin at once.</summary>
public sealed partial class PostgresTests(PostgresServer server) : IClassFixture<PostgresServer>
{
    /// <summary>Neither psql nor PostgreSQL reads anything behind a Terminate, not even that TLS ends, and their kernels reset then.</summary>
    private static readonly string?[] OrderlyEnds = ["done", "target_reset", "client_reset"];

    /// <summary>A StartupMessage and a Terminate (PostgreSQL's documentation, "Message Formats").</summary>
    private const string Startup = "\0\0\0\u0027\0\u0003\0\0user\0client\0database\0postgres\0\0X\0\0\0\u0004";

    private Lab Lab => server.Lab;

    [Theory]
    [InlineData("in")]
    [InlineData("out")]
    [InlineData("both")]
    [InlineData("through")]
    public async Task Psql_queries_unchanged(string way)
    {
        var (port, proxy) = await StartAsync(way);
        var mode = way == "out" ? "sslmode=disable" : VerifyFull;
        foreach (var negotiation in way == "out" ? [""] : await NegotiationsAsync())
        {
            var position = proxy.LogPosition;

            // Rows enough to need many records each way.
            var result = await PsqlAsync(
                $"host=localhost port={port} {mode} {negotiation}",
                "select length(string_agg(md5(i::text), '')) from generate_series(1, 20000) i; "
                + "select coalesce(version, 'no TLS') || coalesce(client_dn, '') from pg_stat_ssl where pid = pg_backend_pid();");

            Assert.Equal(["640000", way == "in" ? "no TLS" : "TLSv1.3/CN=client"], result.Succeeded().Output.Split('\n'));
            var session = await proxy.WaitForEventAsync("Session", position);
            Assert.Contains(session.Reason, OrderlyEnds);
            Assert.Equal(way is "in" or "both" ? "CN=client" : null, session.Text("client_certificate"));
        }
    }

    [Theory]
    [InlineData("in")]
    [InlineData("both")]
    [InlineData("through")]
    public async Task Client_may_begin_with_TLS(string way)
    {
        var (port, proxy) = await StartAsync(way);

        var heard = await OpenSsl.ConnectAsync(
            Lab, port, ["-alpn", "postgresql", "-servername", "localhost", .. OpenSsl.As(Certs.Client)], Startup);

        Assert.Contains("server_version", heard);
        if (way != "through") // there it is the target's to agree; PostgreSQL does since version 17
            Assert.Contains("ALPN protocol: postgresql", heard);
        Assert.Contains((await proxy.WaitForEventAsync("Session")).Reason, OrderlyEnds);
    }

    [Fact]
    public async Task Client_without_TLS_is_told_that_it_is_needed()
    {
        var (port, _) = await StartAsync("in");

        var result = await PsqlAsync($"host=localhost port={port} sslmode=disable", "select 1");

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("TLS", result.Errors);
    }

    [Fact]
    public async Task Check_asks_for_TLS_and_logs_in_as_soon_as_the_authorities_file_has_the_right_one()
    {
        var authorities = Path.Combine(Lab.Directory, "ca.pem");
        File.Copy(Certs.OtherRoot.CertificatePath, authorities);
        var proxy = await Lab.StartProxifyAsync(Config.Of(Config.App("postgres", Lab.Port(), Config.Local(server.Port)).With("StartTls", "postgres")
            .With("TargetTls", TargetTls(("Authorities", new[] { authorities }), ("Certificate", Certs.Client.ChainPath), ("Key", Certs.Client.KeyPath)))
            .With("Health", new { Interval = "100ms", FastInterval = "100ms", Rise = 1, Fall = 1, Send = Startup, Expect = "server_version" })));

        var down = await proxy.WaitForEventAsync("TargetDown");
        File.Copy(Certs.Root.CertificatePath, authorities, overwrite: true);
        await proxy.WaitForEventAsync("TargetUp");

        Assert.Contains("TLS: unable to get local issuer certificate: CN=intermediate", down.Message);
    }

    private string VerifyFull =>
        $"sslmode=verify-full sslrootcert={Certs.Root.CertificatePath} sslcert={Certs.Client.ChainPath} sslkey={server.ClientKey}";

    private async Task<(int Port, ProxifyProcess Proxy)> StartAsync(string way)
    {
        var port = Lab.Port();
        var app = Config.App("postgres", port, Config.Local(server.Port)).With("StartTls", "postgres").With("Health", new { Active = false });
        if (way == "through")
            app = app.With("ServerNames", new[] { "localhost" });
        if (way is "in" or "both")
            app = app.With("Tls", ServerTls(Clients()));
        if (way is "out" or "both")
            app = app.With("TargetTls", TargetTls(("Certificate", Certs.Client.ChainPath), ("Key", Certs.Client.KeyPath)));
        return (port, await Lab.StartProxifyAsync(Config.Of(app)));
    }

    /// <summary>What this psql knows.</summary>
    private async Task<string[]> NegotiationsAsync()
    {
        var version = (await Lab.RunAsync([PostgresServer.Program("psql"), "--version"])).Succeeded().Output;
        return int.Parse(Major().Match(version).Value) >= 17 ? ["sslnegotiation=postgres", "sslnegotiation=direct"] : [""];
    }

    private Task<ToolResult> PsqlAsync(string connection, string commands) => Lab.RunAsync(
        [PostgresServer.Program("psql"), "--no-psqlrc", "--tuples-only", "--no-align", $"user=client dbname=postgres {connection}"], commands);

    [GeneratedRegex(@"\d+", RegexOptions.None, 1000)]
    private static partial Regex Major();
}
