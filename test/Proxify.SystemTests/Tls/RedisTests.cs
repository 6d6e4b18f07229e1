using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>redis-cli, redis-benchmark and redis-server, with TLS where the proxy has it.</summary>
public sealed class RedisTests
{
    [Theory]
    [InlineData("in")]
    [InlineData("out")]
    [InlineData("both")]
    [InlineData("through")]
    public async Task Commands_and_a_benchmark_run_unchanged(string way)
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        var (isClientTls, isTargetTls) = (way != "out", way != "in");
        string[] certificate =
            ["--tls-cert-file", Certs.Server.ChainPath, "--tls-key-file", Certs.Server.KeyPath, "--tls-ca-cert-file", Certs.Root.CertificatePath];
        string[] listen = isTargetTls ? ["--port", "0", "--tls-port", $"{target}", "--tls-auth-clients", "yes", .. certificate] : ["--port", $"{target}"];
        var server = lab.Start([Tool.Require("redis-server", "redis-server"), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", .. listen]);
        await server.Output.WaitAsync(static line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
        var app = Config.App("redis", port, Config.Local(target));
        if (way is "in" or "both")
            app = app.With("Tls", ServerTls(Clients()));
        if (way is "out" or "both")
            app = app.With("TargetTls", TargetTls(("Certificate", Certs.Client.ChainPath), ("Key", Certs.Client.KeyPath)));
        var proxy = await lab.StartProxifyAsync(Config.Of(app));
        string[] tls = isClientTls
            ? ["--tls", "--cacert", Certs.Root.CertificatePath, "--cert", Certs.Client.ChainPath, "--key", Certs.Client.KeyPath, "--sni", "localhost"] : [];
        string[] redis = ["-h", "127.0.0.1", "-p", $"{port}", .. tls];
        var cli = Tool.Require("redis-cli", "redis-tools");

        Assert.Equal("OK", (await lab.RunAsync([cli, .. redis, "SET", "key", "value"])).Succeeded().Output);
        Assert.Equal("value", (await lab.RunAsync([cli, .. redis, "GET", "key"])).Succeeded().Output);
        var result = (await lab.RunAsync(
            [Tool.Require("redis-benchmark", "redis-tools"), .. redis, "-c", "20", "-n", "2000", "-t", "set,get", "-d", "10000", "-q"])).Succeeded();

        Assert.Contains("GET:", result.Output);
        Assert.DoesNotContain("rror", result.Output + result.Errors);
        var ended = await proxy.WaitForSessionsAsync(2);
        Assert.All(ended, session => Assert.Equal(way is "in" or "both" ? "CN=client" : null, session.Text("client_certificate")));
        Assert.DoesNotContain(ended, static session => session.Reason is not ("done" or "client_reset" or "tls_truncated"));
    }
}
