using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>openssl and gnutls-cli shake hands, and resume their sessions.</summary>
public sealed class ResumptionTests
{
    [Theory]
    [InlineData("-tls1_2", "TLSv1.2")]
    [InlineData("-tls1_3", "TLSv1.3")]
    public async Task Openssl_resumes_with_its_ticket(string version, string name)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab);

        var first = await GreetAsync(lab, port, version, "-sess_out", "session");
        var second = await GreetAsync(lab, port, version, "-sess_in", "session");

        Assert.Contains($"New, {name}", first);
        Assert.Contains($"Reused, {name}", second);
        Assert.All(await proxy.WaitForSessionsAsync(2), session => Assert.Equal(name, session.Text("tls")));
    }

    [Fact]
    public async Task Openssl_that_reconnects_resumes_each_time()
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab);

        var said = await GreetAsync(lab, port, "-tls1_2", "-reconnect");

        Assert.Equal(5, said.Split("Reused, TLSv1.2").Length - 1);
        await proxy.WaitForSessionsAsync(6);
    }

    [Theory]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.2")]
    [InlineData("NORMAL:-VERS-ALL:+VERS-TLS1.3")]
    public async Task Gnutls_verifies_and_resumes(string priority)
    {
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartAsync(lab);
        string[] client = [Tool.Require("gnutls-cli", "gnutls-bin"), "--x509cafile", Certs.Root.CertificatePath, "--priority", priority];

        // It connects twice, and ends its side with its input: what comes back until the other side has ended it writes down.
        var result = (await lab.RunAsync([.. client, "--resume", "--waitresumption", "--port", $"{port}", "localhost"], "to gnutls\n")).Succeeded();

        Assert.Contains("Status: The certificate is trusted.", result.Output);
        Assert.Contains("*** This is a resumed session", result.Output);
        Assert.Contains("to gnutls", result.Output);
        Assert.Equal("done", (await proxy.WaitForSessionsAsync(2))[^1].Reason); // the first one it may leave with a ticket unread
    }

    private static async Task<(int Port, ProxifyProcess Proxy)> StartAsync(Lab lab)
    {
        var (target, port) = (await lab.StartEchoAsync(1), lab.Port());
        return (port, await lab.StartProxifyAsync(Config.Of(Config.App("echo", port, Config.Local(target[0])).With("Tls", ServerTls()))));
    }

    /// <summary>Leaves when its greeting has come back.</summary>
    private static async Task<string> GreetAsync(Lab lab, int port, params string[] options)
    {
        var client = OpenSsl.Start(lab, port, ["-CAfile", Certs.Root.CertificatePath, "-verify_return_error", .. options]);
        await client.Input.WriteLineAsync("greeting");
        await client.Output.WaitAsync(static line => line == "greeting");
        client.Input.Close();
        Assert.Equal(0, await client.ExitAsync());
        return $"{client.Output}";
    }
}
