using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>curl and nginx with TLS on either side of the proxy, on both, and through it.</summary>
public sealed class HttpTests
{
    [Theory]
    [InlineData("in", "1.1")]
    [InlineData("in", "2")]
    [InlineData("out", "1.1")]
    [InlineData("out", "2")]
    [InlineData("both", "1.1")]
    [InlineData("both", "2")]
    [InlineData("through", "1.1")]
    [InlineData("through", "2")]
    public async Task Downloads_arrive_whole_with_each_version(string way, string http)
    {
        await using var lab = await Lab.CreateAsync();
        var file = Path.Combine(lab.Directory, "file");
        await File.WriteAllBytesAsync(file, Payload.FromTarget.At(0, 1 << 20).ToArray());
        var target = lab.Port();
        var (endsClients, encryptsTargets) = (way is "in" or "both", way is "out" or "both");
        await Nginx.StartAsync(lab, target, $$"""
            server {
                listen 127.0.0.1:{{target}}{{(way == "in" ? "" : " ssl")}}{{(http == "2" ? " http2" : "")}};
                ssl_certificate {{Certs.Server.ChainPath}}; ssl_certificate_key {{Certs.Server.KeyPath}};
                add_header Seen "$server_protocol $ssl_protocol.";
            }
            """);
        foreach (var version in new[] { "1.2", "1.3" })
        {
            var port = lab.Port();
            var alpn = ("Alpn", (object)new[] { http == "2" ? "h2" : "http/1.1" });
            var app = Config.App("web", port, Config.Local(target));
            if (endsClients)
                app = app.With("Tls", ServerTls(alpn));
            if (encryptsTargets)
                app = app.With("TargetTls", TargetTls(alpn, ("MinVersion", version), ("MaxVersion", version)));
            var proxy = await lab.StartProxifyAsync(Config.Of(app));
            var url = $"{(way == "out" ? "http" : "https")}://localhost:{port}/file";

            // Twice over one connection. (Without TLS curl 7 cannot do that with HTTP/2, with nginx alone neither.)
            string[] again = way == "out" && http == "2" ? [] : [url, "-o", "second"];
            string[] protocol = http != "2" ? ["--http1.1"] : way == "out" ? ["--http2-prior-knowledge"] : ["--http2"];
            string[] options = ["--cacert", Certs.Root.CertificatePath, $"--tlsv{version}", "--tls-max", version, .. protocol, "-sSf", "-v"];
            var result = await lab.RunAsync([Tool.Require("curl", "curl"), .. options, url, "-o", "first", .. again]);

            result.Succeeded();
            foreach (var copy in again.Length == 0 ? ["first"] : new[] { "first", "second" })
                Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(Path.Combine(lab.Directory, copy)));
            Assert.Contains($"HTTP/{http}", result.Errors);
            Assert.Contains($"een: HTTP/{(http == "2" ? "2.0" : http)} {(way == "in" ? "" : $"TLSv{version}")}.", result.Errors);
            var session = Assert.Single(await proxy.WaitForSessionsAsync(1));
            // nginx answers a client's end by a FIN without close_notify, and curl 7 ends HTTP/2 so.
            Assert.True(session.Reason == "done" || (http == "2" && session.Text("detail") == "by the client"), $"{session}");
            Assert.Equal(endsClients ? $"TLSv{version}" : null, session.Text("tls"));
        }
    }
}
