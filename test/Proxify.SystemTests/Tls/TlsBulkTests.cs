using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>Much at once in both directions, which socat sends and hashes.</summary>
[Collection(nameof(Heavy))]
public sealed class TlsBulkTests
{
    private const long Bytes = 256L << 20;

    [Theory]
    [InlineData("in", "1.3")]
    [InlineData("out", "1.3")]
    [InlineData("both", "1.3")]
    [InlineData("both", "1.2")]
    public async Task What_goes_there_comes_back(string way, string version)
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        var socat = Tool.Require("socat", "socat");
        var listen = way == "in" ? $"TCP-LISTEN:{target},fork" : $"OPENSSL-LISTEN:{target},fork,cert={Certs.Server.CombinedPath},verify=0";
        var echo = lab.Start([socat, "-d", "-d", "-b", "65536", "-t", "60", listen, "EXEC:cat"]);
        await echo.Errors.WaitAsync(static line => line.Contains("listening on", StringComparison.Ordinal));
        var app = Config.App("bulk", port, Config.Local(target)).With("Health", new { Active = false });
        if (way != "out")
            app = app.With("Tls", ServerTls(("MaxVersion", version)));
        if (way != "in")
            app = app.With("TargetTls", TargetTls(("MaxVersion", version)));
        var proxy = await lab.StartProxifyAsync(Config.Of(app));
        var connect = way == "out" ? $"TCP:localhost:{port}" : $"OPENSSL:localhost:{port},cafile={Certs.Root.CertificatePath}";

        // Pseudo-random bytes, so that what is lost, doubled or swapped shows.
        var script = $"""
            {OpenSsl.Program} enc -aes-128-ctr -K 00112233445566778899aabbccddeeff -iv 00 -in /dev/zero 2>/dev/null | head -c {Bytes} | tee sent.pipe |
                {socat} -b 65536 -t 60 - {connect} | sha256sum
            """;
        (await lab.RunAsync(["mkfifo", "sent.pipe"])).Succeeded();
        var sum = lab.RunAsync(["sha256sum", "sent.pipe"]);
        var received = (await lab.RunAsync(["sh", "-c", script])).Succeeded().Output.Split(' ')[0];

        Assert.Equal((await sum).Succeeded().Output.Split(' ')[0], received);
        var session = Assert.Single(await proxy.WaitForSessionsAsync(1));
        Assert.Equal(("done", (double)Bytes, (double)Bytes), (session.Reason, session.Number("from_client"), session.Number("from_target")));
    }
}
