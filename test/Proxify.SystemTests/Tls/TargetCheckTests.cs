using Proxify.Pki;

namespace Proxify.SystemTests.Tls;

/// <summary>Checks of a target that is a program of others: HAProxy, which wants to hear who speaks, TLS, a certificate and a request.</summary>
public sealed class TargetCheckTests
{
    private static readonly TestPki Pki = TestPki.Shared;

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Haproxy_that_wants_header_tls_and_certificate_is_up_once_its_own_certificate_is_good(string version)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, target) = (lab.Port(), lab.Port());
        var strange = await StartHaproxyAsync(lab, target, Pki.SelfSignedClient);
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(target))
            .With("SendProxyProtocol", version)
            .With("TargetTls", new { Authorities = new[] { Pki.Root.CertificatePath }, Certificate = Pki.Client.ChainPath, Key = Pki.Client.KeyPath })
            .With("Health", new { Interval = "100ms", FastInterval = "100ms", Rise = 1, Fall = 1, Send = "GET / HTTP/1.0\r\n\r\n", Expect = "200 OK" })));

        var down = await proxy.WaitForEventAsync("TargetDown");
        strange.Signal(HealthLab.Kill);
        await strange.ExitAsync();
        await StartHaproxyAsync(lab, target, Pki.Server);
        await proxy.WaitForEventAsync("TargetUp");

        Assert.Contains("TLS: self-signed certificate: CN=self-signed client", down.Message);
    }

    private static async Task<RunningProcess> StartHaproxyAsync(Lab lab, int port, TestCertificate certificate)
    {
        var config = Path.Combine(lab.Directory, "haproxy.cfg");
        await File.WriteAllTextAsync(config, $"""
            defaults
              mode http
              timeout client 30s
              timeout server 30s
              timeout connect 30s
            frontend target
              bind 127.0.0.1:{port} accept-proxy ssl crt {certificate.CombinedPath} ca-file {Pki.Root.CertificatePath} verify required
              http-request return status 200

            """);
        var server = lab.Start([Tool.Require("haproxy", "haproxy"), "-db", "-f", config]);
        await Patience.Eventually(() => !lab.IsRefused(port));
        return server;
    }
}
