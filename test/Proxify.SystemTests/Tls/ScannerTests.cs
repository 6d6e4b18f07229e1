using System.Text.Json;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>What scanners find in an app that sets nothing but its certificates.</summary>
public sealed class ScannerTests
{
    private static readonly string[] Findings = ["LOW", "MEDIUM", "HIGH", "CRITICAL", "FATAL"];

    private static readonly string[] Ciphers =
    [
        "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256", "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
        "ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-RSA-CHACHA20-POLY1305", "DHE-RSA-AES128-GCM-SHA256", "DHE-RSA-AES256-GCM-SHA384",
        "DHE-RSA-CHACHA20-POLY1305",
    ];

    [Fact]
    public async Task Testssl_finds_nothing_that_it_does_not_find_in_haproxy_with_mozillas_intermediate()
    {
        var testssl = Tool.Require("testssl", "testssl.sh");
        await using var lab = await Lab.CreateAsync();
        var (target, port, peer) = (lab.Port(), lab.Port(), lab.Port());
        await Nginx.StartAsync(lab, target, $"server {{ listen 127.0.0.1:{target}; }}");
        await StartProxifyAsync(lab, port, target);
        await StartHaproxyAsync(lab, peer, target);

        // Protocols, ciphers and forward secrecy; vulnerabilities.
        var scans = await Task.WhenAll(ScanAsync(port, "-p", "-s", "-f"), ScanAsync(port, "-U"), ScanAsync(peer, "-p", "-s", "-f"), ScanAsync(peer, "-U"));

        var (ours, theirs) = (scans[0].Concat(scans[1]).ToList(), scans[2].Concat(scans[3]).ToList());
        Assert.Empty(ours.Where(static found => Findings.Contains(found.Severity)).Except(theirs));
        foreach (var id in new[] { "TLS1_2", "TLS1_3", "SSLv3", "cipherlist_aNULL", "heartbleed", "CCS", "ROBOT", "LOGJAM", "secure_renego" }) // it did look
            Assert.Equal(theirs.Single(found => found.Id == id), ours.Single(found => found.Id == id));

        async Task<List<(string Id, string Severity, string Finding)>> ScanAsync(int port, params string[] sections)
        {
            var file = Path.Combine(lab.Directory, $"{port}{string.Concat(sections)}.json");
            var scan = lab.Start([testssl, "--quiet", "--color", "0", "--nodns", "none", "--fast", "--jsonfile", file, .. sections, $"127.0.0.1:{port}"]);
            await scan.ExitAsync(TimeSpan.FromMinutes(5)); // its exit code tells of findings, too
            using var json = JsonDocument.Parse(await File.ReadAllTextAsync(file));
            return [.. json.RootElement.EnumerateArray().Select(static found => (Text(found, "id"), Text(found, "severity"), Text(found, "finding")))];
        }

        static string Text(JsonElement found, string name) => found.GetProperty(name).GetString()!;
    }

    [Fact]
    public async Task Sslscan_finds_only_what_is_strong()
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        await Nginx.StartAsync(lab, target, $"server {{ listen 127.0.0.1:{target}; }}");
        await StartProxifyAsync(lab, port, target);

        var found = (await lab.RunAsync([Tool.Require("sslscan", "sslscan"), "--no-colour", $"127.0.0.1:{port}"])).Succeeded().Output.Split('\n');

        Assert.Equal(
            ["SSLv2 disabled", "SSLv3 disabled", "TLSv1.0 disabled", "TLSv1.1 disabled", "TLSv1.2 enabled", "TLSv1.3 enabled"],
            found.Where(static line => line is ['S' or 'T', ..] // not compression, of which some versions say the same
                    && (line.EndsWith(" disabled", StringComparison.Ordinal) || line.EndsWith(" enabled", StringComparison.Ordinal)))
                .Select(static line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
        Assert.Contains("Session renegotiation not supported", found);
        var ciphers = found.Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(static words => words is ["Accepted" or "Preferred", ..]).Select(static words => words[4]).ToList();
        Assert.NotEmpty(ciphers);
        Assert.All(ciphers, static cipher => Assert.Matches("^(TLS|ECDHE-(ECDSA|RSA)|DHE-RSA).*(GCM|CHACHA20)", cipher));
    }

    private static Task<ProxifyProcess> StartProxifyAsync(Lab lab, int port, int target) => lab.StartProxifyAsync(Config.Of(
        Config.App("app", port, Config.Local(target)).With("Tls", new { Certificates = new[] { Certificate(Certs.Server), Certificate(Certs.RsaServer) } })));

    /// <summary>As ssl-config.mozilla.org writes it, by version 5.7 of the guidelines.</summary>
    private static Task<RunningProcess> StartHaproxyAsync(Lab lab, int port, int target)
    {
        var certificates = $"crt {Certs.Server.CombinedPath} crt {Certs.RsaServer.CombinedPath}";
        var suites = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
        var policy = $"curves X25519:prime256v1:secp384r1 ciphers {string.Join(':', Ciphers)} ciphersuites {suites}";
        return Haproxy.StartAsync(lab, port, $"""
            listen peer
                mode tcp
                bind 127.0.0.1:{port} ssl {certificates} {policy} prefer-client-ciphers ssl-min-ver TLSv1.2 no-tls-tickets
                server target 127.0.0.1:{target}
            """);
    }
}
