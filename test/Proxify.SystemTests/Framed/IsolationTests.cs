using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Proxify.SystemTests.Framed;

/// <summary>What one client does to the connections that it may share with others is not their concern.</summary>
[Collection(nameof(Heavy))]
public sealed class IsolationTests
{
    private const int Neighbours = 10;
    private const int Answers = 30;

    [Fact]
    public async Task Client_with_ten_thousand_requests_in_flight_does_not_hold_up_one_with_one()
    {
        const int Requests = 10_000;
        await using var lab = await Lab.CreateAsync();
        var (server, port, _) = await StartAsync(lab);
        // Each is dear, so that all of them together take a while.
        await server.Control.AskAsync("SETRANGE", "bits", $"{1 << 17}", "\xff");
        using var greedy = await Resp.ConnectAsync(lab, port);
        using var modest = await Resp.ConnectAsync(lab, port);
        Assert.Equal("+PONG\r\n", await modest.AskAsync("PING"));

        var received = 0;
        var sending = greedy.Wire.SendAsync(string.Concat(Enumerable.Repeat(Resp.Request("BITCOUNT", "bits"), Requests)));
        var receiving = Task.Run(async () =>
        {
            for (; received < Requests; received++)
                Assert.Equal(":8\r\n", await greedy.ReplyAsync());
        });
        await Patience.Eventually(() => Volatile.Read(ref received) > 0);
        // redis itself takes some six hundred of them before it turns to another connection (PROTO_IOBUF_LEN).
        for (var i = 0; i < 5; i++)
            Assert.Equal(Resp.Bulk($"value:{i}"), await modest.AskAsync("GET", $"key:{i}"));

        Assert.InRange(Volatile.Read(ref received), 1, Requests - 1);
        await receiving;
        await sending;
    }

    [Fact]
    public async Task Client_that_does_not_read_stops_only_itself_and_loses_nothing()
    {
        const int Requests = 64;
        var value = new string('v', 1 << 20);
        await using var lab = await Lab.CreateAsync();
        var (server, port, proxy) = await StartAsync(lab);
        Assert.Equal("+OK\r\n", await server.Control.AskAsync("SET", "big", value));
        using var lazy = await Resp.ConnectAsync(lab, port, receiveBuffer: 64 * 1024);
        await using var neighbours = new QuestionerGroup(lab, port, Neighbours, inFlight: 4);
        await neighbours.AdvanceAsync(Answers);
        var before = proxy.ResidentBytes;

        await lazy.Wire.SendAsync(string.Concat(Enumerable.Repeat(Resp.Request("GET", "big"), Requests)));
        for (var i = 0; i < 10; i++)
            await neighbours.AdvanceAsync(Answers);

        Assert.InRange(proxy.ResidentBytes - before, long.MinValue, 32 << 20);
        for (var i = 0; i < Requests; i++)
            Assert.True(await lazy.ReplyAsync() == Resp.Bulk(value), $"reply {i} is another");
        await neighbours.StopAsync();
        Assert.All(neighbours.All, static one => Assert.Equal(0, one.Ended + one.Errors));
    }

    [Fact]
    public async Task Value_of_64_MiB_passes_both_ways_beside_small_ones()
    {
        const int Size = 64 << 20;
        await using var lab = await Lab.CreateAsync();
        var (_, port, _) = await StartAsync(lab);
        var value = new byte[Size];
        RandomNumberGenerator.Fill(value);
        using var client = await Wire.ConnectAsync(lab, port);
        await using var neighbours = new QuestionerGroup(lab, port, Neighbours, inFlight: 4);
        await neighbours.AdvanceAsync(Answers);

        await client.SendAsync($"*3\r\n$3\r\nSET\r\n$3\r\nbig\r\n${Size}\r\n");
        await client.SendAsync(value.AsMemory(0, Size / 2));
        // Somebody is half-way through: nobody has to wait for the rest.
        await neighbours.AdvanceAsync(Answers);
        await client.SendAsync(value.AsMemory(Size / 2));
        await client.SendAsync("\r\n");
        Assert.Equal("+OK\r\n", await client.LineAsync());
        await client.SendAsync(Resp.Request("GET", "big"));
        Assert.Equal($"${Size}\r\n", await client.LineAsync());
        // And half-way through the reply.
        var half = await client.BytesAsync(Size / 2);
        await neighbours.AdvanceAsync(Answers);
        var rest = await client.BytesAsync(Size / 2);

        Assert.Equal(SHA256.HashData(value), SHA256.HashData(Encoding.Latin1.GetBytes(half + rest)));
        Assert.Equal("\r\n", await client.LineAsync());
        await neighbours.StopAsync();
        Assert.All(neighbours.All, static one => Assert.Equal(0, one.Ended + one.Errors));
    }

    [Fact]
    public async Task Clients_that_vanish_in_the_middle_of_requests_and_replies_take_nobody_with_them()
    {
        const int Rounds = 20;
        await using var lab = await Lab.CreateAsync();
        var (server, port, proxy) = await StartAsync(lab);
        Assert.Equal("+OK\r\n", await server.Control.AskAsync("SET", "big", new string('v', 300_000)));
        await using var neighbours = new QuestionerGroup(lab, port, Neighbours, inFlight: 20);
        await neighbours.AdvanceAsync(Answers);
        string[] halves =
        [
            "*", "*3\r\n$3\r\nSE", "*3\r\n$3\r\nSET\r\n$5\r\nkey:1\r\n$100000\r\nhalf", "PIN", Resp.Request("GET", "key:1") + "*2\r\n$3\r\nGET\r\n$5\r\nke",
            string.Concat(Enumerable.Repeat(Resp.Request("GET", "big"), 50)), Resp.Request("BLPOP", "nothing", "0"),
            Resp.Request("MULTI") + Resp.Request("SET", "key:1", "x"),
            Resp.Request("SUBSCRIBE", "a") + "*2\r\n", Resp.Request("CLIENT", "REPLY", "OFF"), Resp.Request("SELECT", "1") + Resp.Request("GET", "big"),
        ];

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var half in halves)
            {
                var client = await Resp.ConnectAsync(lab, port);
                await client.Wire.SendAsync(half);
                if (half.Contains("GET", StringComparison.Ordinal))
                    _ = await client.Wire.BytesAsync(5);
                if (round % 2 == 0)
                    client.Wire.Reset();
                client.Dispose();
            }
        }

        await neighbours.AdvanceAsync(Answers);
        await neighbours.StopAsync();
        Assert.All(neighbours.All, static one => Assert.Equal(0, one.Ended + one.Errors));
        // Nothing of them stays: neither at the server nor in the proxy.
        await Patience.Eventually(async () => await server.FigureAsync("connected_clients") < 30);
        await Patience.Eventually(() => proxy.Sockets < 60);
    }

    [Fact]
    public async Task Client_that_has_asked_and_ends_its_side_gets_all_replies_however_slowly_it_reads()
    {
        const int Requests = 100;
        var value = new string('v', 100_000);
        await using var lab = await Lab.CreateAsync();
        var (server, port, _) = await StartAsync(lab, SeenLab.Sharing);
        Assert.Equal("+OK\r\n", await server.Control.AskAsync("SET", "big", value));
        using var client = await Resp.ConnectAsync(lab, port, receiveBuffer: 64 * 1024);

        await client.Wire.SendAsync(string.Concat(Enumerable.Repeat(Resp.Request("GET", "big"), Requests)));
        client.Wire.Fin();
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(2));
        await pause.WaitForNextTickAsync();

        for (var i = 0; i < Requests; i++)
            Assert.True(await client.ReplyAsync() == Resp.Bulk(value), $"reply {i} is another");
        Assert.Equal("", await client.Wire.ToEndAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Client_that_has_said_its_last_word_gets_all_of_a_reply_that_it_takes_its_time_for(bool quits)
    {
        var value = new string('v', 12_000_000);
        await using var lab = await Lab.CreateAsync();
        var (server, port, _) = await StartAsync(lab, SeenLab.Sharing);
        Assert.Equal("+OK\r\n", await server.Control.AskAsync("SET", "big", value));
        using var client = await Resp.ConnectAsync(lab, port, receiveBuffer: 64 * 1024);

        await client.Wire.SendAsync(Resp.Request("GET", "big") + (quits ? Resp.Request("QUIT") : ""));
        if (!quits)
            client.Wire.Fin();
        using var pause = new PeriodicTimer(TimeSpan.FromSeconds(2));
        await pause.WaitForNextTickAsync();

        Assert.True(await client.ReplyAsync() == Resp.Bulk(value), "the reply is another");
        Assert.Equal(quits ? "+OK\r\n" : "", await client.Wire.ToEndAsync());
    }

    [Fact]
    public async Task Clients_that_do_not_read_and_hold_up_all_connections_there_are_do_not_hold_up_others_for_long()
    {
        await using var lab = await SeenLab.CreateAsync();
        Assert.Equal("+OK\r\n", await lab.Server.Control.AskAsync("SET", "big", new string('v', 30 << 20)));
        using var other = await lab.ConnectAsync();
        Assert.Equal("+PONG\r\n", await other.AskAsync("PING"));
        using var one = await Resp.ConnectAsync(lab.Lab, lab.Port, receiveBuffer: 64 * 1024);
        using var two = await Resp.ConnectAsync(lab.Lab, lab.Port, receiveBuffer: 64 * 1024);

        foreach (var lazy in new[] { one, two })
        {
            await lazy.SendAsync("GET", "big");
            _ = await lazy.Wire.BytesAsync(1);
            await HoldsAsync(lazy == one ? 1 : 2);
        }

        Assert.Equal("+PONG\r\n", await other.AskAsync("PING"));

        // What has come for them is more than is kept for a client, and is not getting more.
        async Task HoldsAsync(int clients)
        {
            var before = 0L;
            await Patience.Eventually(async () =>
            {
                var page = await lab.AskAsync("/v1/sessions");
                long[] kept = [.. page.GetProperty("sessions").EnumerateArray().Where(static one => one.GetProperty("client").ValueKind != JsonValueKind.Null)
                    .Select(static one => one.GetProperty("from_target").GetInt64()).Where(static bytes => bytes > 16 << 20)];
                var isOver = kept.Length == clients && kept.Sum() == before;
                before = kept.Sum();
                return isOver;
            });
        }
    }

    [Fact]
    public async Task Client_that_leaves_while_the_server_has_it_wait_leaves_its_wait_to_nobody()
    {
        await using var lab = await SeenLab.CreateAsync();
        using var neighbour = await lab.ConnectAsync();
        Assert.Equal(":1\r\n", await neighbour.AskAsync("INCR", "counter"));
        using (var waiting = await lab.ConnectAsync())
        {
            await waiting.SendAsync("WAIT", "1", "0"); // there is no replica: for ever
            await Patience.Eventually(async () =>
                (await lab.AskAsync("/v1/targets"))[0].GetProperty("requests").GetProperty("in_flight").GetInt64() == 1);
            waiting.Wire.Reset();
        }

        await lab.Proxy.WaitForSessionsAsync(1);
        Assert.Equal(":2\r\n", await neighbour.AskAsync("INCR", "counter"));
        await Patience.Eventually(async () => await SeenLab.ConnectionsAsync(lab.Server) == 1);
    }

    [Fact]
    public async Task Client_that_has_ended_its_side_waits_no_longer_than_it_may_be_idle()
    {
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Timeouts", new { Idle = "300ms" }));
        using var waiting = await lab.ConnectAsync();
        await waiting.SendAsync("WAIT", "1", "0");
        waiting.Wire.Fin();

        Assert.Equal("idle_timeout", Assert.Single(await lab.Proxy.WaitForSessionsAsync(1)).Reason);
    }

    [Fact]
    public async Task What_one_has_the_server_tell_another_connection_is_nobodys_reply()
    {
        const int Rounds = 10;
        const int Requests = 300;
        await using var lab = await SeenLab.CreateAsync();
        using var victim = await lab.ConnectAsync();
        Assert.StartsWith("%7\r\n", await victim.AskAsync("HELLO", "3"), StringComparison.Ordinal);

        for (var round = 0; round < Rounds; round++)
        {
            using var client = await lab.ConnectAsync();
            var shared = (await client.AskAsync("HELLO", "3")).Split("$2\r\nid\r\n:")[1].Split("\r\n")[0];
            Assert.Equal("+OK\r\n", await client.AskAsync("CLIENT", "TRACKING", "ON", "REDIRECT", shared, "BCAST"));

            var sending = victim.Wire.SendAsync(string.Concat(Enumerable.Range(0, Requests).Select(i => Resp.Request("ECHO", $"{round}/{i}"))));
            for (var i = 0; i < Requests; i++)
            {
                if (i % 50 == 20)
                    Assert.Equal("+OK\r\n", await lab.Server.Control.AskAsync("SET", "tracked", $"{i}"));
                Assert.Equal(Resp.Bulk($"{round}/{i}"), await victim.ReplyAsync());
            }

            await sending;
        }
    }

    private static async Task<(RedisServer Server, int Port, ProxifyProcess Proxy)> StartAsync(Lab lab, ProxifyOptions? options = null)
    {
        var server = await RedisServer.StartAsync(lab);
        await Questioner.FillAsync(server);
        var port = lab.Port();
        return (server, port, await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, server.Port)), options));
    }
}
