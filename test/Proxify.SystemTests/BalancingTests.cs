using System.Net;
using System.Net.Sockets;

namespace Proxify.SystemTests;

public sealed class BalancingTests
{
    /// <summary>A target that was killed and started again is picked at once: what health makes of it has its own tests.</summary>
    private static readonly object Unwatched = new { Active = false, EjectAfter = 0 };

    [Fact]
    public async Task Source_hash_keeps_each_client_at_its_target_on_every_proxy_and_moves_only_those_whose_target_is_gone()
    {
        await using var lab = await Lab.CreateAsync();
        int[] targets = [lab.Port(), lab.Port(), lab.Port()];
        var echo = new List<RunningProcess>();
        foreach (var target in targets)
            echo.Add(await lab.StartEchoAsync([target]));
        var (port, otherPort) = (lab.Port(), lab.Port());
        string ConfigOf(int at, IEnumerable<int> order) =>
            Config.Of(Config.App("app", at, [.. order.Select(Config.Local)]).With("Balancing", "source-hash").With("Health", Unwatched));
        var proxy = await lab.StartProxifyAsync(ConfigOf(port, targets));
        var other = await lab.StartProxifyAsync(ConfigOf(otherPort, targets.Reverse()));

        var before = await TargetsByClientAsync(lab, proxy, port);
        Assert.Equal(targets.Select(Config.Local).Order(), before.Values.Distinct().Order());
        Assert.Equal(before, await TargetsByClientAsync(lab, other, otherPort));

        await proxy.ReloadAsync(ConfigOf(port, [targets[1], targets[2], targets[0]]));
        Assert.Equal(before, await TargetsByClientAsync(lab, proxy, port));

        await KillAsync(lab, echo[0], targets[0]);
        var without = await TargetsByClientAsync(lab, proxy, port);
        Assert.All(before, client => Assert.Equal(client.Value == Config.Local(targets[0]), without[client.Key] != client.Value));
        Assert.Equal(2, before.Where(client => client.Value == Config.Local(targets[0])).Select(client => without[client.Key]).Distinct().Count());

        await lab.StartEchoAsync([targets[0]]);
        Assert.Equal(before, await TargetsByClientAsync(lab, proxy, port));
    }

    [Fact]
    public async Task Round_robin_shares_sessions_exactly_by_weight_and_a_reload_changes_the_shares()
    {
        await using var lab = await Lab.CreateAsync();
        var targets = await lab.StartEchoAsync(3);
        var port = lab.Port();
        string ConfigOf(params int[] weights) =>
            Config.Of(Config.App("app", port)
                .With("Targets", targets.Zip(weights, (target, weight) => new { Address = Config.Local(target), Weight = weight })));
        var proxy = await lab.StartProxifyAsync(ConfigOf(5, 3, 0));

        Assert.Equal<int[]>([50, 30, 0], await SharesAsync(80));

        await proxy.ReloadAsync(ConfigOf(0, 1, 3));
        Assert.Equal<int[]>([0, 10, 30], await SharesAsync(40));

        async Task<int[]> SharesAsync(int sessions)
        {
            var start = proxy.Sessions.Count();
            for (var i = 0; i < sessions; i++)
                await lab.EchoesAsync(port);
            await Patience.Eventually(() => proxy.Sessions.Count() == start + sessions);
            var used = proxy.Sessions.Skip(start).Select(static session => session.Text("target")).ToList();
            return [.. targets.Select(target => used.Count(text => text == Config.Local(target)))];
        }
    }

    [Fact]
    public async Task Least_connections_fills_the_target_that_has_fewer()
    {
        await using var lab = await Lab.CreateAsync();
        var targets = await lab.StartEchoAsync(2);
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(Config.App("app", port, [.. targets.Select(Config.Local)]).With("Balancing", "least-connections")));

        var clients = new List<Peer>();
        for (var i = 0; i < 6; i++)
            clients.Add(await OpenAsync());
        // Whoever is at the first client's target leaves: three sessions stay at the other, and the next three come here.
        foreach (var leaving in new[] { 0, 2, 4 })
            await CloseAsync(clients[leaving]);
        await Patience.Eventually(() => proxy.Sessions.Count() == 3);
        var freed = Assert.Single(proxy.Sessions.Select(static session => session.Text("target")).Distinct());

        var next = new List<Peer>();
        for (var i = 0; i < 3; i++)
            next.Add(await OpenAsync());
        foreach (var client in next)
        {
            await CloseAsync(client);
            Assert.Equal(freed, (await proxy.WaitForSessionAsync(client)).Text("target"));
        }

        clients.ForEach(static client => client.Dispose());

        async Task<Peer> OpenAsync()
        {
            var client = await lab.ConnectAsync(port, incoming: Payload.FromClient);
            await client.SendAsync(1);
            await client.ReceiveAsync(1);
            return client;
        }

        static async Task CloseAsync(Peer client)
        {
            client.Fin();
            await client.ExpectFinAsync();
        }
    }

    [Fact]
    public async Task Backup_is_used_only_while_no_other_target_is_there()
    {
        await using var lab = await Lab.CreateAsync();
        var (main, backup, port) = (lab.Port(), lab.Port(), lab.Port());
        var mainEcho = await lab.StartEchoAsync([main]);
        await lab.StartEchoAsync([backup]);
        var proxy = await lab.StartProxifyAsync(
            Config.Of(Config.App("app", port).With("Targets", new object[] { new { Address = Config.Local(backup), Backup = true }, Config.Local(main) })
                .With("Health", Unwatched)));

        Assert.All(await TargetsAsync(), target => Assert.Equal(Config.Local(main), target));

        await KillAsync(lab, mainEcho, main);
        Assert.All(await TargetsAsync(), target => Assert.Equal(Config.Local(backup), target));

        await lab.StartEchoAsync([main]);
        Assert.All(await TargetsAsync(), target => Assert.Equal(Config.Local(main), target));

        async Task<List<string?>> TargetsAsync()
        {
            var start = proxy.Sessions.Count();
            for (var i = 0; i < 5; i++)
                await lab.EchoesAsync(port);
            await Patience.Eventually(() => proxy.Sessions.Count() == start + 5);
            return [.. proxy.Sessions.Skip(start).Select(static session => session.Text("target"))];
        }
    }

    /// <summary>
    /// Ends a target. The kernel lets go of a ring's listening socket in the background, after the process is gone, and until then accepts for it.
    /// </summary>
    private static async Task KillAsync(Lab lab, RunningProcess echo, int port)
    {
        echo.Signal(Posix.SigKill);
        await echo.ExitAsync();
        await Patience.Eventually(() =>
        {
            using var probe = lab.Make(static () => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            try
            {
                probe.Connect(IPAddress.Loopback, port);
                return false;
            }
            catch (SocketException)
            {
                return true;
            }
        });
    }

    /// <summary>One session each of 30 addresses; gives the target that each came to.</summary>
    private static async Task<Dictionary<string, string>> TargetsByClientAsync(Lab lab, ProxifyProcess proxy, int port)
    {
        var targets = new Dictionary<string, string>();
        for (var i = 1; i <= 30; i++)
        {
            var source = IPAddress.Parse($"127.0.1.{i}");
            var socket = lab.Make(() =>
            {
                var bound = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                bound.Bind(new IPEndPoint(source, 0));
                return bound;
            });
            using var client = await Peer.ConnectAsync(socket, new IPEndPoint(IPAddress.Loopback, port), Payload.FromClient);
            await client.SendAsync(10);
            client.Fin();
            await client.ExpectFinAsync();
            targets.Add($"{source}", (await proxy.WaitForSessionAsync(client)).Text("target")!);
        }

        return targets;
    }
}
