using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>curl and openssl ask for names and protocols at one port that many apps have, and nginx says which of them they have got.</summary>
public sealed class SharedPortTests
{
    [Theory]
    [InlineData("https://one.proxify.test", "--http1.1", "exact")]
    [InlineData("https://one.proxify.test", "--http2", "exact and h2")]
    [InlineData("https://two.proxify.test", "--http1.1", "wildcard, passed on")]
    [InlineData("https://two.proxify.test", "--http2", "wildcard, passed on")]
    [InlineData("https://proxify.test", "--http1.1", "rest")]
    [InlineData("https://localhost", "--http1.1", "rest")]
    [InlineData("https://127.0.0.1", "--http1.1", "rest")]
    [InlineData("http://one.proxify.test", "--http1.1", "plain")]
    public async Task Client_gets_the_app_that_its_name_and_protocol_fit_to(string url, string protocol, string expected)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, _) = await StartAsync(lab, withDefault: true);
        var host = new Uri(url).Host;

        var result = await lab.RunAsync(
        [
            Tool.Require("curl", "curl"), "-sS", "--cacert", Certs.Root.CertificatePath, protocol, "--resolve", $"{host}:{port}:127.0.0.1", $"{url}:{port}/",
        ]);

        Assert.Equal(expected, result.Succeeded().Output);
    }

    [Theory]
    [InlineData("112", "-servername", "other.test")] // unrecognized_name
    [InlineData("112", "-noservername")]
    [InlineData("120", "-servername", "three.test", "-alpn", "spdy/3")] // no_application_protocol
    public async Task Client_that_fits_to_no_app_is_told_so(string alert, params string[] options)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab, withDefault: false);

        foreach (var version in new[] { "-tls1_2", "-tls1_3" })
            Assert.Contains($"SSL alert number {alert}", await OpenSsl.ConnectAsync(lab, port, [version, .. options]));

        await proxy.WaitForEventAsync("Refused");
        Assert.Empty(proxy.Sessions);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Server_that_speaks_first_is_heard_by_a_client_that_says_nothing(bool isTls)
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        var server = lab.Start([Tool.Require("socat", "socat"), "-d", "-d", $"TCP-LISTEN:{target},fork", "SYSTEM:echo 220 ready; cat"]);
        await server.Errors.WaitAsync(static line => line.Contains("listening on", StringComparison.Ordinal));
        var app = Config.App("first", port, Config.Local(target)).With("Health", new { Active = false });
        await lab.StartProxifyAsync(Config.Of(isTls ? app.With("Tls", ServerTls()) : app));

        var client = isTls ? OpenSsl.Start(lab, port, "-quiet") : lab.Start([Tool.Require("nc", "netcat-openbsd"), "127.0.0.1", $"{port}"]);

        await client.Output.WaitAsync(static line => line == "220 ready");
    }

    private static async Task<(int Port, ProxifyProcess Proxy)> StartAsync(Lab lab, bool withDefault)
    {
        var port = lab.Port();
        var targets = Enumerable.Range(0, 5).Select(_ => lab.Port()).ToArray();
        await Nginx.StartAsync(lab, targets[0], $$"""
            ssl_certificate {{Certs.Server.ChainPath}}; ssl_certificate_key {{Certs.Server.KeyPath}};
            server { listen 127.0.0.1:{{targets[0]}}; return 200 "exact"; }
            server { listen 127.0.0.1:{{targets[1]}} http2; return 200 "exact and h2"; }
            server { listen 127.0.0.1:{{targets[2]}} ssl http2; return 200 "wildcard, passed on"; }
            server { listen 127.0.0.1:{{targets[3]}}; return 200 "plain"; }
            server { listen 127.0.0.1:{{targets[4]}}; return 200 "rest"; }
            """);
        var apps = new List<Config.AppText>
        {
            App("exact", 0).With("ServerNames", new[] { "one.proxify.test" }).With("Tls", ServerTls()),
            App("h2", 1).With("ServerNames", new[] { "one.proxify.test", "three.test" }).With("ApplicationProtocols", new[] { "h2" })
                .With("Tls", ServerTls(("Alpn", new[] { "h2" }))),
            App("wildcard", 2).With("ServerNames", new[] { "*.proxify.test" }),
        };
        if (withDefault)
        {
            apps.Add(App("plain", 3).With("ServerNames", new[] { "plain.test" }).With("PlainClients", true));
            apps.Add(App("rest", 4).With("Tls", ServerTls()));
        }

        return (port, await lab.StartProxifyAsync(Config.Of([.. apps])));

        Config.AppText App(string name, int target) => Config.App(name, port, Config.Local(targets[target]));
    }
}
