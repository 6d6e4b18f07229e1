using Proxify.Tests;

namespace Proxify.SystemTests.Framed;

/// <summary>Clients of redis get through the proxy, byte for byte, what they get without it.</summary>
[Collection(nameof(Heavy))]
public sealed class RedisDifferentialTests(ITestOutputHelper output)
{
    private static readonly int s_seed = int.TryParse(Environment.GetEnvironmentVariable("PROXIFY_SEED"), out var seed) ? seed : Random.Shared.Next();

    [Fact]
    public async Task Clients_that_take_turns_get_what_they_get_without_the_proxy()
    {
        const int Clients = 5;
        const int Steps = 300;
        await using var lab = await Lab.CreateAsync();
        var (direct, behind, port) = await StartAsync(lab);
        for (var (i, count) = (0, Cases.Of(10)); i < count; i++)
        {
            await direct.Control.AskAsync("FLUSHALL");
            await behind.Control.AskAsync("FLUSHALL");
            var script = new RedisScript(s_seed + i, Clients);
            using var expected = new RedisWorld(lab, direct.Port, cuts: null);
            using var actual = new RedisWorld(lab, port, new Random(s_seed + i));
            var said = new List<Step>();
            for (var n = 0; n < Steps; n++)
            {
                said.Add(script.Next());
                AreEqual(s_seed + i, said, await expected.PlayAsync(said[^1]), await actual.PlayAsync(said[^1]));
                // What is pushed to somebody who waits has to find them waiting.
                if (said[^1].Blocked > (said.Count > 1 ? said[^2].Blocked : 0))
                    await Task.WhenAll(WaitForBlockedAsync(direct, said[^1].Blocked), WaitForBlockedAsync(behind, said[^1].Blocked));
            }

            AreEqual(s_seed + i, said, await expected.EndAsync(), await actual.EndAsync());
        }
    }

    [Fact]
    public async Task Clients_at_once_get_what_they_get_without_the_proxy()
    {
        const int Clients = 24;
        var steps = Cases.Of(1_000);
        await using var lab = await Lab.CreateAsync();
        var (direct, _, port) = await StartAsync(lab);

        await Task.WhenAll(Enumerable.Range(0, Clients).Select(i => Task.Run(() => PlayAsync(i))));

        async Task PlayAsync(int i)
        {
            var script = new RedisScript(s_seed + i, clients: 1, prefix: $"c{i}:");
            using var expected = new RedisWorld(lab, direct.Port, cuts: null);
            using var actual = new RedisWorld(lab, port, new Random(s_seed + i));
            var said = new List<Step>();
            for (var n = 0; n < steps; n++)
            {
                said.Add(script.Next());
                AreEqual(s_seed, said, await expected.PlayAsync(said[^1]), await actual.PlayAsync(said[^1]));
            }

            AreEqual(s_seed, said, await expected.EndAsync(), await actual.EndAsync());
        }
    }

    [Fact]
    public async Task Requests_that_are_cut_anywhere_are_answered_as_whole_ones()
    {
        await using var lab = await Lab.CreateAsync();
        var (direct, _, port) = await StartAsync(lab);
        var requests = Resp.Request("SET", "k", "a\r\nb\0") + Resp.Request("GET", "k") + "PING\r\n\r\n*0\r\n"
            + Resp.Request("MULTI") + Resp.Request("INCR", "n") + Resp.Request("EXEC")
            + Resp.Request("SELECT", "1") + Resp.Request("GET", "k") + Resp.Request("SELECT", "0") + Resp.Request("NOSUCH", "x")
            + Resp.Request("EVAL", "return{1,'two',false}", "0") + Resp.Request("SUBSCRIBE", "a", "b") + Resp.Request("UNSUBSCRIBE", "a") + "*x\r\n";
        using var neighbour = await Resp.ConnectAsync(lab, port);

        for (var cut = 0; cut < requests.Length; cut++)
        {
            await direct.Control.AskAsync("DEL", "n");
            await neighbour.AskAsync("DEL", "n");
            using var expected = await Wire.ConnectAsync(lab, direct.Port);
            using var actual = await Wire.ConnectAsync(lab, port);
            await expected.SendAsync(requests);
            await actual.SendAsync(requests[..cut]);
            await neighbour.AskAsync("PING");
            await actual.SendAsync(requests[cut..]);
            Assert.Equal(await expected.ToEndAsync(), await actual.ToEndAsync());
        }
    }

    private static Task WaitForBlockedAsync(RedisServer server, int count) =>
        Patience.Eventually(async () => await server.FigureAsync("blocked_clients") == count, what: $"{count} clients blocked");

    private static void AreEqual(int seed, List<Step> said, string[] expected, string[] actual)
    {
        for (var i = 0; i < expected.Length; i++)
        {
            if (expected[i] == actual[i])
                continue;
            var at = expected[i].AsSpan().CommonPrefixLength(actual[i]);
            var from = Math.Max(0, at - 60);
            var history = said.Where(step => step.Client == said[^1].Client || step.Client == i).TakeLast(8);
            Assert.Fail($"""
                PROXIFY_SEED={seed}, step {said.Count}: what client {i} gets when client {said[^1].Client} speaks differs at byte {at}
                direct:   {Wire.Show(expected[i][from..])}
                proxified: {Wire.Show(actual[i][from..])}
                {string.Join('\n', history.Select(static step => $"client {step.Client}: {Wire.Show(step.Request)}"))}
                """);
        }
    }

    private async Task<(RedisServer Direct, RedisServer Behind, int Port)> StartAsync(Lab lab)
    {
        output.WriteLine($"PROXIFY_SEED={s_seed}");
        var servers = new[] { await RedisServer.StartAsync(lab), await RedisServer.StartAsync(lab) };
        string[] reader = ["ACL", "SETUSER", "reader", "on", ">secret", "~*", "&*", "+@all", "-getdel", "-append", "-hset"];
        foreach (var server in servers)
            Assert.Equal("+OK\r\n", await server.Control.AskAsync(reader));
        var port = lab.Port();
        await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, servers[1].Port)));
        return (servers[0], servers[1], port);
    }
}
