using System.Text.RegularExpressions;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>HAProxy, stunnel and nginx tell, and are told, who the client is; curl knows who it is.</summary>
public sealed partial class ProxyHeaderTests
{
    [Theory]
    [InlineData("v1", "v2", false)]
    [InlineData("v2", "v1", false)]
    [InlineData("v1", "v1", true)]
    [InlineData("v2", "v2", true)]
    public async Task Haproxy_tells_and_is_told(string received, string sent, bool isTls)
    {
        await using var lab = await Lab.CreateAsync();
        var (front, port, target) = (lab.Port(), lab.Port(), lab.Port());
        var tls = isTls ? $"ssl verify required ca-file {Certs.Root.CertificatePath} verifyhost localhost" : "";
        await Haproxy.StartAsync(lab, target, $"""
            listen front
                mode tcp
                bind 127.0.0.1:{front}
                server proxify 127.0.0.1:{port} send-proxy{(received == "v2" ? "-v2" : "")} {tls}
            frontend target
                bind 127.0.0.1:{target} accept-proxy {(isTls ? $"ssl crt {Certs.Server.CombinedPath}" : "")}
                http-request return status 200 content-type text/plain lf-string "%[src]:%[src_port]"
            """);
        var proxy = await StartProxifyAsync(lab, port, target, sent, isTls, isTls);

        await ExpectClientAsync(lab, proxy, $"http://127.0.0.1:{front}/");
    }

    [Theory]
    [InlineData("v1")]
    [InlineData("v2")]
    public async Task Stunnel_tells_and_nginx_is_told(string sent)
    {
        await using var lab = await Lab.CreateAsync();
        var (front, port, target) = (lab.Port(), lab.Port(), lab.Port());
        await StartStunnelAsync(lab, front, port);
        await Nginx.StartAsync(lab, target, $$"""
            server {
                listen 127.0.0.1:{{target}} ssl proxy_protocol;
                ssl_certificate {{Certs.Server.ChainPath}}; ssl_certificate_key {{Certs.Server.KeyPath}};
                return 200 "$proxy_protocol_addr:$proxy_protocol_port";
            }
            """);
        var proxy = await StartProxifyAsync(lab, port, target, sent, isClientTls: false, isTargetTls: true);

        await ExpectClientAsync(lab, proxy, $"https://127.0.0.1:{front}/");
    }

    private static Task<ProxifyProcess> StartProxifyAsync(Lab lab, int port, int target, string sent, bool isClientTls, bool isTargetTls)
    {
        var app = Config.App("app", port, Config.Local(target)).With("Health", new { Active = false })
            .With("ProxyProtocol", new { From = new[] { "127.0.0.1" }, Required = true }).With("SendProxyProtocol", sent);
        if (isClientTls)
            app = app.With("Tls", ServerTls());
        if (isTargetTls)
            app = app.With("TargetTls", TargetTls());
        return lab.StartProxifyAsync(Config.Of(app));
    }

    private static async Task ExpectClientAsync(Lab lab, ProxifyProcess proxy, string url)
    {
        string[] curl = [Tool.Require("curl", "curl"), "-sSf", "--cacert", Certs.Root.CertificatePath, "-w", " %{local_ip}:%{local_port}"];
        var result = (await lab.RunAsync([.. curl, url])).Succeeded();

        Assert.Matches(TwiceTheSame(), result.Output);
        var session = Assert.Single(await proxy.WaitForSessionsAsync(1));
        Assert.Equal(result.Output.Split(' ')[0], session.Text("client"));
        Assert.NotNull(session.Text("via"));
    }

    private static async Task StartStunnelAsync(Lab lab, int port, int target)
    {
        var config = Path.Combine(lab.Directory, "stunnel.conf");
        await File.WriteAllTextAsync(config, $"""
            foreground = yes
            pid =
            [front]
            accept = 127.0.0.1:{port}
            connect = 127.0.0.1:{target}
            cert = {Certs.Server.CombinedPath}
            protocol = proxy
            """);
        var stunnel = lab.Start([Tool.Require("stunnel4", "stunnel4"), config]);
        await stunnel.Errors.WaitAsync(static line => line.Contains("Configuration successful", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^(127\.0\.0\.1:\d+) \1$", RegexOptions.None, 1000)]
    private static partial Regex TwiceTheSame();
}
