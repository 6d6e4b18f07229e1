using Proxify.Pki;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>Checks of a target that is a program of others: HAProxy, which wants to hear who speaks, TLS, a certificate and a request.</summary>
public sealed class TargetCheckTests
{
    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Haproxy_that_wants_header_tls_and_certificate_is_up_once_its_own_certificate_is_good(string version)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, target) = (lab.Port(), lab.Port());
        var strange = await StartHaproxyAsync(lab, target, Certs.SelfSignedClient);
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(target))
            .With("SendProxyProtocol", version)
            .With("TargetTls", TargetTls(("Certificate", Certs.Client.ChainPath), ("Key", Certs.Client.KeyPath)))
            .With("Health", new { Interval = "100ms", FastInterval = "100ms", Rise = 1, Fall = 1, Send = "GET / HTTP/1.0\r\n\r\n", Expect = "200 OK" })));

        var down = await proxy.WaitForEventAsync("TargetDown");
        strange.Signal(HealthLab.Kill);
        await strange.ExitAsync();
        await StartHaproxyAsync(lab, target, Certs.Server);
        await proxy.WaitForEventAsync("TargetUp");

        Assert.Contains("TLS: self-signed certificate: CN=self-signed client", down.Message);
    }

    private static Task<RunningProcess> StartHaproxyAsync(Lab lab, int port, TestCertificate certificate) => Haproxy.StartAsync(lab, port, $"""
        frontend target
            bind 127.0.0.1:{port} accept-proxy ssl crt {certificate.CombinedPath} ca-file {Certs.Root.CertificatePath} verify required
            http-request return status 200
        """);
}
