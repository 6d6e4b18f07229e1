using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>mosquitto and its clients, which show certificates.</summary>
public sealed class MqttTests
{
    [Theory]
    [InlineData("in")]
    [InlineData("out")]
    [InlineData("both")]
    public async Task Messages_reach_a_subscriber(string way)
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        var broker = await StartBrokerAsync(lab, target, isTls: way != "in");
        var app = Config.App("mqtt", port, Config.Local(target));
        if (way != "out")
            app = app.With("Tls", ServerTls(Clients()));
        if (way != "in")
            app = app.With("TargetTls", TargetTls(("Certificate", Certs.Client.ChainPath), ("Key", Certs.Client.KeyPath)));
        var proxy = await lab.StartProxifyAsync(Config.Of(app));
        string[] tls = way == "out"
            ? [] : ["--cafile", Certs.Root.CertificatePath, "--cert", Certs.Client.ChainPath, "--key", Certs.Client.KeyPath];
        string[] common = ["-h", "localhost", "-p", $"{port}", "-t", "news", "-q", "1", .. tls];
        var (sub, pub) = (Tool.Require("mosquitto_sub", "mosquitto-clients"), Tool.Require("mosquitto_pub", "mosquitto-clients"));

        var subscriber = lab.Start([sub, .. common, "-C", "2"]);
        await broker.Errors.WaitAsync(static line => line.Contains("Sending SUBACK", StringComparison.Ordinal));
        foreach (var message in new[] { "first", "second" })
            (await lab.RunAsync([pub, .. common, "-m", message])).Succeeded();

        Assert.Equal(0, await subscriber.ExitAsync());
        Assert.Equal(["first", "second"], subscriber.Output.Lines);
        var ended = await proxy.WaitForSessionsAsync(3);
        Assert.All(ended, session => Assert.Equal(way == "out" ? null : "CN=client", session.Text("client_certificate")));
        // Neither mosquitto nor its clients read what comes after a DISCONNECT, the other's close_notify for one: closing resets then.
        Assert.All(ended, static session => Assert.True(session.Reason is "done" or "target_reset" or "client_reset", session.Reason));
    }

    private static async Task<RunningProcess> StartBrokerAsync(Lab lab, int port, bool isTls)
    {
        var config = Path.Combine(lab.Directory, "mosquitto.conf");
        var tls = $"""
            cafile {Certs.Root.CertificatePath}
            certfile {Certs.Server.ChainPath}
            keyfile {Certs.Server.KeyPath}
            require_certificate true
            use_identity_as_username true
            """;
        await File.WriteAllTextAsync(config, $"""
            user root
            persistence false
            log_dest stderr
            log_type all
            listener {port} 127.0.0.1
            allow_anonymous true
            {(isTls ? tls : "")}
            """);
        var broker = lab.Start([Tool.Require("mosquitto", "mosquitto"), "-c", config]);
        await broker.Errors.WaitAsync(static line => line.Contains("running", StringComparison.Ordinal));
        return broker;
    }
}
