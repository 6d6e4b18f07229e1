using System.Globalization;
using Proxify.Tests;

namespace Proxify.SystemTests.Framed;

/// <summary>What is kept of redis's replies is never behind what a client has seen or done.</summary>
[Collection(nameof(Heavy))]
public sealed class CoherenceTests(ITestOutputHelper output)
{
    private const int Keys = 20;

    private static readonly object s_cache = new { };

    [Fact]
    public async Task No_client_sees_a_key_go_back_whoever_writes_and_whatever_is_lost()
    {
        const int Readers = 8;
        var rounds = Cases.Of(5_000);
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Cache", s_cache));
        for (var key = 0; key < Keys; key++)
            await lab.Server.Control.AskAsync("SET", Key(key), "0");
        using var done = new CancellationTokenSource();
        var writing = WriteAsync(lab, done.Token);
        var killing = KillAsync(lab, done.Token);

        await Task.WhenAll(Enumerable.Range(0, Readers).Select(i => Task.Run(() => ReadAsync(lab, i, rounds))));
        await done.CancelAsync();
        await Task.WhenAll(writing, killing);

        var hits = Figure(await lab.MetricsAsync(), "hit");
        output.WriteLine($"{hits} hits, {await killing} feeds lost, {await writing} writes from outside");
        Assert.InRange(hits, Readers, long.MaxValue);
    }

    [Fact]
    public async Task What_has_changed_outside_is_seen_and_what_has_not_is_not_asked_again()
    {
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Cache", s_cache));
        using var client = await lab.ConnectAsync();
        await lab.Server.Control.AskAsync("SET", "k", "1");
        await Patience.Eventually(async () => await client.AskAsync("GET", "k") == Resp.Bulk("1") && Figure(await lab.MetricsAsync(), "hit") > 0);
        var asked = await GetsAsync(lab.Server);
        for (var i = 0; i < 100; i++)
            Assert.Equal(Resp.Bulk("1"), await client.AskAsync("GET", "k"));
        Assert.Equal(asked, await GetsAsync(lab.Server));

        await lab.Server.Control.AskAsync("SET", "k", "2");
        await Patience.Eventually(async () => await client.AskAsync("GET", "k") == Resp.Bulk("2"));
        await lab.Server.Control.AskAsync("FLUSHALL");
        await Patience.Eventually(async () => await client.AskAsync("GET", "k") == "$-1\r\n");
        await lab.Server.Control.AskAsync("SET", "k", "3", "PX", "200");
        await Patience.Eventually(async () => await client.AskAsync("GET", "k") == Resp.Bulk("3"));
        await Patience.Eventually(async () => await client.AskAsync("GET", "k") == "$-1\r\n");
    }

    [Fact]
    public async Task Requests_for_the_same_key_at_once_are_one_for_the_server()
    {
        const int Clients = 50;
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Cache", s_cache));
        await lab.Server.Control.AskAsync("SET", "k", "1");
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => lab.ConnectAsync()));
        foreach (var client in clients)
            Assert.Equal("+PONG\r\n", await client.AskAsync("PING"));
        var asked = await GetsAsync(lab.Server);

        lab.Server.Process.Signal(Posix.SigStop);
        foreach (var client in clients)
            await client.SendAsync("GET", "k");
        await Patience.Eventually(async () => Figure(await lab.MetricsAsync(), "shared") == Clients - 1);
        lab.Server.Process.Signal(Posix.SigCont);

        foreach (var client in clients)
            Assert.Equal(Resp.Bulk("1"), await client.ReplyAsync());
        Assert.Equal(asked + 1, await GetsAsync(lab.Server));
    }

    [Fact]
    public async Task Reply_that_is_too_long_to_be_kept_is_asked_for_by_each_who_has_waited_for_it()
    {
        const int Clients = 10;
        var value = new string('v', 1_000_000);
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Cache", s_cache));
        await lab.Server.Control.AskAsync("SET", "big", value);
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => lab.ConnectAsync()));
        foreach (var client in clients)
            Assert.Equal("+PONG\r\n", await client.AskAsync("PING"));
        var asked = await GetsAsync(lab.Server);

        lab.Server.Process.Signal(Posix.SigStop);
        foreach (var client in clients)
            await client.Wire.SendAsync(Resp.Request("GET", "big") + Resp.Request("ECHO", "behind"));
        await Patience.Eventually(async () => Figure(await lab.MetricsAsync(), "shared") == Clients - 1);
        lab.Server.Process.Signal(Posix.SigCont);
        foreach (var client in clients)
        {
            Assert.True(await client.ReplyAsync() == Resp.Bulk(value), "the reply is another");
            Assert.Equal(Resp.Bulk("behind"), await client.ReplyAsync());
        }

        Assert.Equal(asked + Clients, await GetsAsync(lab.Server));
    }

    [Fact]
    public async Task Request_that_is_made_twice_is_not_answered_from_what_was_kept_before_its_first_reply()
    {
        var lab = await Lab.CreateAsync();
        var (mayTellLifetime, mayTellNewer) = (new TaskCompletionSource(), new TaskCompletionSource());
        var gets = 0;
        await using var target = new MirrorTarget(lab, async wire =>
        {
            switch (await Resp.RequestAsync(wire))
            {
                case "GET k" when gets++ == 0:
                    return Resp.Bulk("older");
                case "GET k":
                    await mayTellNewer.Task.Within();
                    return Resp.Bulk("newer");
                case "GET other":
                    return Resp.Bulk("other");
                case "PTTL k":
                    await mayTellLifetime.Task.Within();
                    return ":-1\r\n";
                case "PTTL other":
                    return ":-1\r\n";
                default:
                    return "+OK\r\n"; // to who wants to hear of changes
            }
        });
        await using var seen = await SeenLab.CreateAsync(lab, target.Port, static app => app.With("Cache", s_cache));
        using var first = await seen.ConnectAsync();
        using var second = await seen.ConnectAsync();
        await Patience.Eventually(async () => await first.AskAsync("GET", "other") == Resp.Bulk("other") && Figure(await seen.MetricsAsync(), "hit") > 0);
        Assert.Equal(Resp.Bulk("older"), await first.AskAsync("GET", "k"));

        await AskAsync();
        mayTellLifetime.SetResult();
        await Patience.Eventually(async () => (await seen.MetricsAsync()).Split('\n')
            .Any(static line => line.StartsWith("proxify_cache_entries{", StringComparison.Ordinal) && line.EndsWith(" 2", StringComparison.Ordinal)));
        await AskAsync();
        mayTellNewer.SetResult();

        Assert.Equal(Resp.Bulk("newer"), await second.ReplyAsync());
        Assert.Equal(Resp.Bulk("newer"), await second.ReplyAsync());

        async Task AskAsync()
        {
            var before = await AskedAsync();
            await second.SendAsync("GET", "k");
            await Patience.Eventually(async () => await AskedAsync() > before);
        }

        async Task<long> AskedAsync()
        {
            var metrics = await seen.MetricsAsync();
            return Figure(metrics, "hit") + Figure(metrics, "miss") + Figure(metrics, "shared");
        }
    }

    [Fact]
    public async Task Client_that_always_waits_for_something_costs_no_more_memory_with_time()
    {
        const int Requests = 10_000;
        var reply = Resp.Bulk(new string('v', 32_000));
        var lab = await Lab.CreateAsync();
        var answers = new Queue<string>();
        await using var target = new MirrorTarget(lab, async wire =>
        {
            var request = await Resp.RequestAsync(wire);
            if (request.Split(' ')[0] is not ("GET" or "PTTL" or "ECHO"))
                return "+OK\r\n"; // to who wants to hear of changes
            // Each is answered behind the next but one: a value, and how long its key lives.
            answers.Enqueue(request[0] == 'P' ? ":-1\r\n" : reply);
            return answers.Count > 2 ? answers.Dequeue() : "";
        });
        await using var seen = await SeenLab.CreateAsync(
            lab, target.Port, static app => app.With("Cache", new { Memory = "1MiB" }).With("Requests", new { MostInFlight = 4 }));
        using var client = await seen.ConnectAsync();
        var before = seen.Proxy.ResidentBytes;

        var sending = client.Wire.SendAsync(
            string.Concat(Enumerable.Range(0, Requests).Select(static i => Resp.Request("GET", $"{i}"))) + Resp.Request("ECHO", "") + Resp.Request("ECHO", ""));
        for (var i = 0; i < Requests; i++)
            Assert.Equal(reply, await client.ReplyAsync());
        await sending;

        Assert.InRange(seen.Proxy.ResidentBytes - before, long.MinValue, 100 << 20);
    }

    /// <summary>Reads in all ways there are, writes now and then, and never sees less than it has seen or made.</summary>
    private static async Task ReadAsync(SeenLab lab, int seed, int rounds)
    {
        var random = new Random(seed);
        using var client = await lab.ConnectAsync();
        var seen = new long[Keys];
        for (var i = 0; i < rounds; i++)
        {
            var key = random.Next(Keys);
            var reply = random.Next(20) switch
            {
                0 => await client.AskAsync("INCR", Key(key)),
                1 => await client.AskAsync("MGET", Key(key)),
                2 => await client.AskAsync("GETRANGE", Key(key), "0", "-1"),
                _ => await client.AskAsync("GET", Key(key)),
            };
            if (reply.StartsWith('-'))
                continue; // of an INCR whose connection was lost
            var version = long.Parse(reply.TrimEnd().Split("\r\n")[^1].TrimStart(':'), CultureInfo.InvariantCulture);
            Assert.True(version >= seen[key], $"{Key(key)} was {seen[key]}, and is {version}");
            seen[key] = version;
        }
    }

    private static async Task<int> WriteAsync(SeenLab lab, CancellationToken done)
    {
        var random = new Random(1);
        var writes = 0;
        using var outside = await Resp.ConnectAsync(lab.Lab, lab.Server.Port);
        for (; !done.IsCancellationRequested; writes++)
        {
            await outside.AskAsync("INCR", Key(random.Next(Keys)));
            for (var i = 0; i < 20; i++)
                await outside.AskAsync("PING"); // meanwhile others read what is kept
        }

        return writes;
    }

    /// <summary>Ends the connection over which the server tells of changes, again and again.</summary>
    private static async Task<int> KillAsync(SeenLab lab, CancellationToken done)
    {
        var killed = 0;
        using var outside = await Resp.ConnectAsync(lab.Lab, lab.Server.Port);
        while (!done.IsCancellationRequested)
        {
            foreach (var line in (await outside.AskAsync("CLIENT", "LIST")).Split('\n'))
            {
                // Flags: t, one that enables tracking; B, of all keys (CLIENT LIST).
                if (!line.Contains(" flags=tB ", StringComparison.Ordinal) && !line.Contains(" flags=Bt ", StringComparison.Ordinal))
                    continue;
                var id = line.Split(' ')[0]["id=".Length..];
                killed += await outside.AskAsync("CLIENT", "KILL", "ID", id) == ":1\r\n" ? 1 : 0;
            }

            for (var i = 0; i < 500 && !done.IsCancellationRequested; i++)
                await outside.AskAsync("PING"); // meanwhile it comes back, and something is kept
        }

        return killed;
    }

    private static string Key(int number) => $"version:{number}";

    private static async Task<long> GetsAsync(RedisServer server)
    {
        var line = (await server.Control.AskAsync("INFO", "commandstats")).Split("\r\n")
            .SingleOrDefault(static line => line.StartsWith("cmdstat_get:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split("calls=")[1].Split(',')[0], CultureInfo.InvariantCulture);
    }

    private static long Figure(string metrics, string result) => metrics.Split('\n')
        .Where(line => line.StartsWith("proxify_cache_requests_total", StringComparison.Ordinal) && line.Contains($"\"{result}\"", StringComparison.Ordinal))
        .Sum(static line => long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture));
}
