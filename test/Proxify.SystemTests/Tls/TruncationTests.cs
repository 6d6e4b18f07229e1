using static Proxify.SystemTests.Tls.TlsText;

namespace Proxify.SystemTests.Tls;

/// <summary>openssl is killed: its kernel sends a FIN before which nobody has said that the stream is whole.</summary>
public sealed class TruncationTests
{
    [Fact]
    public async Task Answer_that_is_cut_off_does_not_look_whole()
    {
        await using var lab = await Lab.CreateAsync();
        var (target, port) = (lab.Port(), lab.Port());
        var server = await StartServerAsync(lab, target);
        var proxy = await lab.StartProxifyAsync(Config.Of(App(port, target).With("TargetTls", TargetTls())));
        using var client = await lab.ConnectAsync(port);
        await client.Socket.SendAsync("read\n"u8.ToArray());
        await server.Output.WaitAsync(static line => line == "read"); // what its kernel holds unread it would answer with a reset

        server.Signal(Posix.SigKill);

        await client.ExpectResetAsync();
        await ExpectTruncationAsync(proxy, "by the target");
    }

    [Fact]
    public async Task Request_that_is_cut_off_does_not_look_whole()
    {
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(App(port, targets.Port).With("Tls", ServerTls())));
        var client = OpenSsl.Start(lab, port, "-quiet");
        using var target = await targets.AcceptAsync();
        await target.Socket.SendAsync("read\n"u8.ToArray());
        await client.Output.WaitAsync(static line => line == "read");

        client.Signal(Posix.SigKill);

        await target.ExpectResetAsync();
        await ExpectTruncationAsync(proxy, "by the client");
    }

    private static Config.AppText App(int port, int target) => Config.App("app", port, Config.Local(target)).With("Health", new { Active = false });

    private static async Task<RunningProcess> StartServerAsync(Lab lab, int port)
    {
        var server = lab.Start(
            [OpenSsl.Program, "s_server", "-accept", $"127.0.0.1:{port}", "-cert", Certs.Server.CombinedPath, "-cert_chain", Certs.Server.ChainPath]);
        await server.Output.WaitAsync(static line => line == "ACCEPT");
        return server;
    }

    private static async Task ExpectTruncationAsync(ProxifyProcess proxy, string side)
    {
        var session = Assert.Single(await proxy.WaitForSessionsAsync(1));
        Assert.Equal(("tls_truncated", side), (session.Reason, session.Text("detail")));
    }
}
