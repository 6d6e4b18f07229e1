using System.Text.Json;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>
/// What others read in the PROXY headers that targets get: aiosmtpd's parser all of it, HAProxy what it has words for, after a look at the checksum.
/// </summary>
public sealed class SentHeaderTests
{
    private const string Parse = """
        import asyncio, json, sys
        from aiosmtpd.proxy_protocol import get_proxy
        async def main():
            reader = asyncio.StreamReader()
            reader.feed_data(bytes.fromhex(sys.argv[1]))
            reader.feed_eof()
            header = await get_proxy(reader)
            assert header.valid, header.error
            print(json.dumps({name: value.hex() if isinstance(value, (bytes, bytearray)) else value for name, value in header.tlv.items()}))
        asyncio.run(main())
        """;

    [Fact]
    public async Task All_fields_say_to_aiosmtpd_what_the_client_has_agreed_on()
    {
        await using var lab = await Lab.CreateAsync();
        using var target = lab.Listen();
        var (port, proxy) = await StartProxyAsync(lab, target.Port);

        lab.Start(Curl(port, "--tlsv1.3"));
        using var accepted = await target.AcceptAsync();
        var header = new byte[16];
        await ReadAsync(accepted, header);
        Array.Resize(ref header, 16 + (header[14] << 8) + header[15]);
        await ReadAsync(accepted, header.AsMemory(16));
        accepted.Socket.Close();
        var session = await proxy.WaitForEventAsync("Session");
        var parsed = await lab.RunAsync(["/usr/bin/python3", "-c", Parse, Convert.ToHexString(header)]);

        var fields = JsonDocument.Parse(parsed.Succeeded().Output).RootElement;
        Assert.Equal((7, 0), (fields.GetProperty("SSL_CLIENT").GetInt32(), fields.GetProperty("SSL_VERIFY").GetInt32()));
        Assert.Equal(
            ["proxify.test", "http/1.1", session.Text("unique_id"), "TLSv1.3", session.Text("cipher"), "ecdsa-with-SHA256", "EC256", "client"],
            new[] { "AUTHORITY", "ALPN", "UNIQUE_ID", "SSL_VERSION", "SSL_CIPHER", "SSL_SIG_ALG", "SSL_KEY_ALG", "SSL_CN" }.Select(TextOf));
        Assert.Equal(Certs.Client.Certificate.RawData, Convert.FromHexString(fields.GetProperty("x28").GetString()!));
        Assert.True(fields.TryGetProperty("CRC32C", out _));

        string TextOf(string name) => System.Text.Encoding.UTF8.GetString(Convert.FromHexString(fields.GetProperty(name).GetString()!));
    }

    [Fact]
    public async Task Haproxy_as_target_knows_the_name_and_the_session()
    {
        await using var lab = await Lab.CreateAsync();
        var target = lab.Port();
        await Haproxy.StartAsync(lab, target, Answering(target));
        var (port, proxy) = await StartProxyAsync(lab, target);

        var answer = await lab.RunAsync(Curl(port));

        var session = await proxy.WaitForEventAsync("Session");
        Assert.Equal($"proxify.test {session.Text("unique_id")} 127.0.0.1", answer.Succeeded().Output);
    }

    [Fact]
    public async Task Haproxy_before_and_behind_the_proxy_know_the_same_of_a_client()
    {
        await using var lab = await Lab.CreateAsync();
        var (front, port, target) = (lab.Port(), lab.Port(), lab.Port());
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(target))
            .With("ProxyProtocol", new { From = new[] { "127.0.0.0/8" }, Required = true })
            .With("SendProxyProtocol", new { Tlvs = new[] { "authority", "unique-id", "ssl", "crc32c" } })
            .With("Health", new { Active = false })));
        await Haproxy.StartAsync(lab, front, $"""
            {Answering(target)}
            frontend front
              mode tcp
              bind 127.0.0.1:{front} ssl crt {Certs.Server.CombinedPath}
              unique-id-format front-%cp
              default_backend proxify
            backend proxify
              mode tcp
              server proxify 127.0.0.1:{port} send-proxy-v2 proxy-v2-options authority,unique-id,ssl,crc32c
            """);

        var answer = await lab.RunAsync(Curl(front));

        var session = await proxy.WaitForEventAsync("Session");
        Assert.StartsWith("front-", session.Text("unique_id"));
        Assert.Equal($"proxify.test {session.Text("unique_id")} 127.0.0.1", answer.Succeeded().Output);
    }

    private static async Task<(int Port, ProxifyProcess Proxy)> StartProxyAsync(Lab lab, int target)
    {
        var port = lab.Port();
        return (port, await lab.StartProxifyAsync(Config.Of(Config.App("app", port, Config.Local(target))
            .With("Tls", ServerTls(("Alpn", new[] { "http/1.1" }), Clients()))
            .With("SendProxyProtocol", new { Tlvs = new[] { "authority", "alpn", "ssl", "client-certificate", "unique-id", "crc32c" } })
            .With("Health", new { Active = false }))));
    }

    private static string[] Curl(int port, params string[] more) =>
    [
        Tool.Require("curl", "curl"), "-s", "--http1.1", "--cacert", Certs.Root.CertificatePath, "--cert", Certs.Client.ChainPath,
        "--key", Certs.Client.KeyPath, "--resolve", $"proxify.test:{port}:127.0.0.1", .. more, $"https://proxify.test:{port}/",
    ];

    private static string Answering(int port) => $"""
        frontend target
          bind 127.0.0.1:{port} accept-proxy
          http-request return status 200 content-type text/plain lf-string "%[fc_pp_authority] %[fc_pp_unique_id] %[src]"
        """;

    private static async Task ReadAsync(Peer peer, Memory<byte> buffer)
    {
        for (var read = 0; read < buffer.Length;)
        {
            var received = await peer.Socket.ReceiveAsync(buffer[read..]).AsTask().WaitAsync(Patience.Limit);
            Assert.NotEqual(0, received);
            read += received;
        }
    }
}
