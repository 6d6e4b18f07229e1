using System.Net.Sockets;

namespace Proxify.SystemTests;

[Collection(nameof(Heavy))]
public sealed class ScaleTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Idle_sessions_by_the_thousand_survive_and_hold_little()
    {
        const int Count = 5_000;
        const int BytesPerSession = 16 * 1024;
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Single(port, targets.Port));
        var before = proxy.ResidentBytes;
        var sessions = new List<(Peer Client, Peer Target)>(Count);
        for (var i = 0; i < Count; i++)
        {
            var client = await lab.ConnectAsync(port);
            var target = await targets.AcceptAsync();
            await Peer.PingPongAsync(client, target);
            sessions.Add((client, target));
        }

        var perSession = (proxy.ResidentBytes - before) / Count;
        output.WriteLine($"resident memory per idle session: {perSession:N0} bytes");
        Assert.InRange(perSession, 0, BytesPerSession);
        foreach (var (client, target) in sessions)
            await Peer.PingPongAsync(client, target);

        foreach (var (client, target) in sessions)
        {
            client.Dispose();
            target.Dispose();
        }

        await Patience.Eventually(() => proxy.Descriptors < 200);
        Assert.All(await proxy.WaitForSessionsAsync(Count), static session => Assert.Equal("done", session.Reason));
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Accepting_out_of_descriptors_pauses_says_so_once_and_recovers(string transport)
    {
        var prlimit = Tool.Require("prlimit", "util-linux");
        await using var lab = await Lab.CreateAsync();
        using var targets = lab.Listen();
        var port = lab.Port();
        var socket = Path.Combine(lab.Directory, "admin.sock");
        var config = Config.Single(port, targets.Port).Insert(1, $"\"Admin\":{{\"Socket\":\"{socket}\"}},");
        var proxy = await lab.StartProxifyAsync(config, new() { Transport = transport });
        using var live = await lab.ConnectAsync(port);
        using var liveTarget = await targets.AcceptAsync();
        await Peer.PingPongAsync(live, liveTarget);

        // The limit bounds a descriptor's number (getrlimit(2)): now not one more can be had, and what is closed meanwhile makes no room.
        await SetLimitAsync(3);
        using var waiting = await lab.ConnectAsync(port);
        await proxy.WaitForEventAsync("AcceptPaused");
        var admin = lab.RunAsync([Repository.Binary, "status", "--admin", socket]);

        var before = proxy.CpuTicks;
        await Patience.Never(() => proxy.Process.HasExited);
        Assert.InRange(proxy.CpuTicks - before, 0, 10);
        await Peer.PingPongAsync(live, liveTarget);
        Assert.False(admin.IsCompleted);
        await SetLimitAsync(4_096);
        (await admin).Succeeded();
        using var waitingTarget = await targets.AcceptAsync();
        await Peer.PingPongAsync(waiting, waitingTarget);
        Assert.Single(proxy.Events, static e => e.Level != "info");

        async Task SetLimitAsync(int limit) =>
            (await lab.RunAsync([prlimit, "--pid", $"{proxy.Process.Pid}", $"--nofile={limit}:"])).Succeeded();
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Clients_beyond_the_descriptors_wait_and_are_served_as_sessions_end(string transport)
    {
        const int Limit = 80;
        await using var lab = await Lab.CreateAsync();
        var echo = await lab.StartEchoAsync();
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(
            Config.Single(port, echo[0]), new() { Transport = transport, Prefix = [Tool.Require("prlimit", "util-linux"), $"--nofile={Limit}:{Limit}", "--"] });

        var clients = new List<Peer>();
        for (var i = 0; i < 2 * Limit; i++)
            clients.Add(await lab.ConnectAsync(port, incoming: Payload.FromClient));
        await proxy.WaitForEventAsync("AcceptPaused");
        foreach (var client in clients)
        {
            await client.SendAsync(10);
            client.Fin();
            await client.ExpectFinAsync();
            Assert.Equal(10, client.Received);
            client.Dispose();
        }

        Assert.All(await proxy.WaitForSessionsAsync(clients.Count), static session => Assert.Equal("done", session.Reason));
        // Besides the records, a line per kind of trouble and second.
        Assert.InRange(proxy.Events.Count(static e => e.Level != "info"), 1, 10);
    }
}
