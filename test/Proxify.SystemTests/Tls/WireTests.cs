using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>Clients that ask for more than they need, or for less.</summary>
public sealed class WireTests
{
    [Fact]
    public async Task Renegotiation_is_refused()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, _) = await StartAsync(lab);
        var client = OpenSsl.Start(lab, port, "-tls1_2");
        await SayAsync(client, "before");

        await client.Input.WriteLineAsync("R");

        await client.Errors.WaitAsync(static line => line.Contains("no renegotiation", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Keys_may_change_with_each_line()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab);
        var client = OpenSsl.Start(lab, port, "-tls1_3");
        await SayAsync(client, "before");

        for (var i = 0; i < 100; i++)
        {
            // The client's keys alone, or both sides'.
            var position = client.Errors.Lines.Length;
            await client.Input.WriteLineAsync(i % 2 == 0 ? "K" : "k");
            await client.Errors.WaitAsync(static line => line == "KEYUPDATE", position);
            await SayAsync(client, $"line {i}");
        }

        client.Input.Close();
        Assert.Equal(0, await client.ExitAsync());
        Assert.Equal("done", Assert.Single(await proxy.WaitForSessionsAsync(1)).Reason);
    }

    [Theory]
    [InlineData("sleep 60")]
    [InlineData("while printf a; do sleep 0.01; done")]
    public async Task Handshake_that_takes_too_long_ends(string rest)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab, new { Handshake = "200ms" });
        // The beginning of a ClientHello of 16,000 bytes, and then nothing, or a byte at a time.
        const string Begin = @"printf '\026\003\001\077\004\001\000\077\000\003\003'";
        var connect = $"{Tool.Require("socat", "socat")} - TCP:127.0.0.1:{port}";

        var client = lab.Start(["setsid", "sh", "-c", $"{{ {Begin}; {rest}; }} | {{ {connect}; kill 0; }}"]);

        await client.ExitAsync();
        var session = Assert.Single(await proxy.WaitForSessionsAsync(1));
        Assert.Equal(("tls_handshake", "no handshake within Handshake"), (session.Reason, session.Text("detail")));
    }

    [Fact]
    public async Task Established_session_goes_on_beside_a_flood_of_handshakes()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab);
        var client = OpenSsl.Start(lab, port, "-tls1_3");
        await SayAsync(client, "before");

        // A new session each, or the same one resumed.
        var flood = new[] { "-new", "-new", "-reuse" }
            .Select(kind => lab.RunAsync([OpenSsl.Program, "s_time", "-connect", $"127.0.0.1:{port}", kind, "-time", "2"])).ToList();
        for (var i = 0; !flood.TrueForAll(static one => one.IsCompleted); i++)
            await SayAsync(client, $"line {i}");

        Assert.All(await Task.WhenAll(flood), static one => Assert.Matches("[1-9][0-9]* connections in .* real seconds", one.Succeeded().Output));
        Assert.False(client.HasExited);
        Assert.DoesNotContain(proxy.Events, static e => e.Reason is "internal_error" or "tls_error");
    }

    private static async Task<(int Port, ProxifyProcess Proxy)> StartAsync(Lab lab, object? timeouts = null)
    {
        var (target, port) = (await lab.StartEchoAsync(1), lab.Port());
        var app = Config.App("echo", port, Config.Local(target[0])).With("Tls", ServerTls());
        return (port, await lab.StartProxifyAsync(Config.Of(timeouts ?? new { }, app)));
    }

    /// <summary>Waits until the line has come back, be it behind something that openssl says.</summary>
    private static async Task SayAsync(RunningProcess client, string text)
    {
        await client.Input.WriteLineAsync(text);
        await client.Output.WaitAsync(line => line.EndsWith(text, StringComparison.Ordinal), what: text);
    }
}
