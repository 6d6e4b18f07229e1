using System.Text.Json;

namespace Proxify.SystemTests.Framed;

/// <summary>What is counted and told of requests.</summary>
public sealed class FigureTests
{
    private const int Asked = 20;

    [Fact]
    public async Task Metrics_count_requests_and_those_who_share_nothing()
    {
        await using var lab = await SeenLab.CreateAsync();
        using var client = await lab.ConnectAsync();
        await AskAsync(client, Asked);
        using var other = await lab.ConnectAsync();
        Assert.Equal("+OK\r\n", await other.AskAsync("SELECT", "1"));
        using var third = await lab.ConnectAsync();
        Assert.Equal("*-1\r\n", await third.AskAsync("BLPOP", "nothing", "0.01"));

        var page = await lab.MetricsAsync();

        var target = $"app=\"redis\",target=\"127.0.0.1:{lab.Server.Port}\",endpoint=\"127.0.0.1:{lab.Server.Port}\"";
        string[] samples =
        [
            $"proxify_target_requests_total{{{target}}} {Asked}", $"proxify_target_replies_total{{{target}}} {Asked}",
            $"proxify_target_requests_lost_total{{{target}}} 0", $"proxify_target_requests_resent_total{{{target}}} 0",
            $"proxify_target_requests_in_flight{{{target}}} 0", $"proxify_target_shared_connections{{{target}}} 1",
            $"proxify_target_request_duration_seconds_count{{{target}}} {Asked}", $"proxify_target_batch_requests_sum{{{target}}} {Asked}",
            "proxify_own_connections_total{app=\"redis\",cause=\"state\"} 1", "proxify_own_connections_total{app=\"redis\",cause=\"blocking\"} 1",
        ];
        Assert.All(samples, sample => Assert.Contains($"\n{sample}\n", page));
        var result = await lab.Lab.RunAsync([Tool.Require("promtool", "prometheus"), "check", "metrics"], page + "\n");
        Assert.Equal(("", 0), (result.Errors, result.ExitCode));
    }

    [Fact]
    public async Task Requests_sent_together_count_as_one_batch()
    {
        await using var lab = await SeenLab.CreateAsync();
        using var client = await lab.ConnectAsync();
        await AskAsync(client, 1);

        await client.Wire.SendAsync(string.Concat(Enumerable.Repeat(Resp.Request("GET", "key:1"), Asked)));
        for (var i = 0; i < Asked; i++)
            Assert.Equal(Resp.Bulk("value:1"), await client.ReplyAsync());

        var batches = (await lab.MetricsAsync()).Split('\n').Single(
            static line => line.StartsWith("proxify_target_batch_requests_count{", StringComparison.Ordinal));
        Assert.InRange(int.Parse(batches.Split(' ')[1]), 2, Asked / 2);
    }

    [Fact]
    public async Task Requests_in_flight_and_lost_ones_are_counted()
    {
        await using var lab = await SeenLab.CreateAsync();
        using var client = await lab.ConnectAsync();
        await AskAsync(client, 1);
        lab.Server.Process.Signal(Posix.SigStop);
        await client.SendAsync("SET", "key:1", "other");
        await client.SendAsync("GET", "key:1");
        await Patience.Eventually(async () => (await TargetAsync()).GetProperty("in_flight").GetInt64() == 2);

        lab.Server.Process.Signal(Posix.SigKill);
        await client.ReplyAsync();

        var requests = await TargetAsync();
        // The GET goes again as long as somebody can be connected to: a server that is being killed may take it, and not answer.
        Assert.Equal(1, Number("answered"));
        Assert.InRange(Number("sent"), 3, 6);
        Assert.Equal(Number("sent") - 1, Number("lost"));

        long Number(string name) => requests.GetProperty(name).GetInt64();

        async Task<JsonElement> TargetAsync() => (await lab.AskAsync("/v1/targets"))[0].GetProperty("requests");
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Bytes_count_while_connections_live(string transport)
    {
        await using var lab = await SeenLab.CreateAsync(options: new() { Transport = transport });
        using var client = await lab.ConnectAsync();
        await AskAsync(client, Asked);

        var page = await lab.MetricsAsync();
        var app = (await lab.AskAsync("/v1/apps"))[0];

        var (sent, received) = (Asked * Resp.Request("GET", "key:1").Length, Asked * Resp.Bulk("value:1").Length);
        Assert.Contains($"\nproxify_received_bytes_total{{app=\"redis\",side=\"client\"}} {sent}\n", page);
        Assert.Contains($"\nproxify_received_bytes_total{{app=\"redis\",side=\"target\"}} {received}\n", page);
        Assert.Equal(transport == "sockets" ? """{"transport":1}""" : "{}", app.GetProperty("own_connections").GetRawText());
    }

    [Fact]
    public async Task Commands_show_requests_where_there_are_any()
    {
        await using var lab = await SeenLab.CreateAsync();
        Assert.DoesNotContain("IN FLIGHT", await lab.CommandAsync("targets"));
        using var client = await lab.ConnectAsync();
        await AskAsync(client, Asked);

        Assert.Matches($@"CONNECT +REQUESTS +IN FLIGHT +SINCE[^\n]*\n.* {Asked} +0 ", await lab.CommandAsync("targets"));
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Access_record_says_how_many_requests_and_why_a_client_shares_nothing(string transport)
    {
        await using var lab = await SeenLab.CreateAsync(options: new() { Transport = transport });
        var shares = transport == "uring";
        await SayAsync("GET", "key:1");
        await SayAsync("SELECT", "1");

        var sessions = await lab.Proxy.WaitForSessionsAsync(2);

        Assert.All(sessions, session => Assert.Equal($"127.0.0.1:{lab.Server.Port}", session.Text("target")));
        Assert.All(sessions, static session => Assert.Equal("done", session.Reason));
        Assert.Equal([shares ? null : "transport", shares ? "state" : "transport"], sessions.Select(static session => session.Text("own")));
        Assert.Equal(shares ? [Asked + 1, Asked] : [0, 0], sessions.Select(static session => (int)session.Number("requests")));

        async Task SayAsync(params string[] last)
        {
            using var client = await lab.ConnectAsync();
            await AskAsync(client, Asked);
            await client.AskAsync(last);
            client.Wire.Fin();
            Assert.Equal("", await client.Wire.ToEndAsync());
        }
    }

    [Fact]
    public async Task Slow_request_is_told_by_its_command_alone()
    {
        await using var lab = await SeenLab.CreateAsync(more: static app => app.With("Requests", new { Slow = "50ms" }));
        using var client = await lab.ConnectAsync();
        await AskAsync(client, Asked);
        Assert.Equal("+OK\r\n", await lab.Server.Control.AskAsync("CLIENT", "PAUSE", "200", "WRITE"));

        Assert.Equal("+OK\r\n", await client.AskAsync("SET", "secret", "hidden"));

        var slow = await lab.Proxy.WaitForEventAsync("SlowRequest");
        Assert.Equal(("warn", "redis", "SET", $"127.0.0.1:{lab.Server.Port}"), (slow.Level, slow.App, slow.Text("command"), slow.Text("target")));
        Assert.InRange(slow.Number("milliseconds"), 50, 10_000);
        Assert.Single(lab.Proxy.Events, static e => e.Event == "SlowRequest");
        Assert.DoesNotContain(lab.Proxy.Log.Lines, static line => line.Contains("secret") || line.Contains("hidden"));
    }

    private static async Task AskAsync(Resp client, int times)
    {
        for (var i = 0; i < times; i++)
            Assert.Equal(Resp.Bulk("value:1"), await client.AskAsync("GET", "key:1"));
    }
}
