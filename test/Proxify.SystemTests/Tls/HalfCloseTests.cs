using System.Security.Cryptography;
using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>socat ends its side, by TLS or without, and the answer to all of it still comes.</summary>
public sealed class HalfCloseTests
{
    private const string Count = "1048576";

    [Theory]
    [InlineData("in", "1.2")]
    [InlineData("in", "1.3")]
    [InlineData("out", "1.2")]
    [InlineData("out", "1.3")]
    [InlineData("both", "1.2")]
    [InlineData("both", "1.3")]
    public async Task Client_that_has_ended_its_side_gets_its_answer(string way, string version)
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        var socat = Tool.Require("socat", "socat");
        var file = Path.Combine(lab.Directory, "file");
        await File.WriteAllBytesAsync(file, Payload.FromClient.At(0, 1 << 20).ToArray());
        // Answers when its input has ended.
        var listen = way == "in" ? $"TCP-LISTEN:{target},fork" : $"OPENSSL-LISTEN:{target},fork,cert={Certs.Server.CombinedPath},verify=0";
        var service = lab.Start([socat, "-d", "-d", "-t", "30", listen, "SYSTEM:sha256sum"]);
        await service.Errors.WaitAsync(static line => line.Contains("listening on", StringComparison.Ordinal));
        var app = Config.App("sum", port, Config.Local(target)).With("Health", new { Active = false });
        if (way != "out")
            app = app.With("Tls", ServerTls(("MaxVersion", version)));
        if (way != "in")
            app = app.With("TargetTls", TargetTls(("MaxVersion", version)));
        var proxy = await lab.StartProxifyAsync(Config.Of(app));

        var connect = way == "out" ? $"TCP:localhost:{port}" : $"OPENSSL:localhost:{port},cafile={Certs.Root.CertificatePath}";
        var client = (await lab.RunAsync([socat, "-t", "30", $"OPEN:{file},rdonly!!STDOUT", connect])).Succeeded();

        Assert.StartsWith(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))), client.Output, StringComparison.Ordinal);
        var session = Assert.Single(await proxy.WaitForSessionsAsync(1));
        Assert.Equal(("done", Count), (session.Reason, session.Text("from_client")));
    }
}
