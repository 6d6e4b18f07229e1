namespace Proxify.SystemTests.Framed;

/// <summary>redis's own programs.</summary>
[Collection(nameof(Heavy))]
public sealed class RedisToolTests
{
    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Redis_cli_runs_unchanged(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var (server, redis, _) = await StartAsync(lab, transport);

        var subscriber = lab.Start([.. redis, "SUBSCRIBE", "news"]);
        await subscriber.Output.WaitAsync(static line => line == "subscribe");
        Assert.Equal("OK", await RunAsync("SET", "key", "value"));
        Assert.Equal("value", await RunAsync("GET", "key"));
        Assert.Equal("1", await RunAsync("PUBLISH", "news", "item"));
        await subscriber.Output.WaitAsync(static line => line == "item");
        Assert.Equal("value", await RunAsync("-3", "GET", "key"));
        Assert.Equal("", await RunAsync("-n", "3", "GET", "key"));
        Assert.Equal("PONG", await RunAsync("--user", "default", "--pass", "any", "--no-auth-warning", "PING"));
        Assert.Equal("OK\nQUEUED\nQUEUED\n2\n3", await SayAsync("MULTI\nINCRBY n 2\nINCR n\nEXEC\n"));
        Assert.Equal("4\n5\n6", await RunAsync("-r", "3", "INCR", "n"));
        Assert.Equal("key", await RunAsync("--scan", "--pattern", "k*"));
        Assert.Contains("Biggest string", await RunAsync("--bigkeys"), StringComparison.Ordinal);
        Assert.Contains("redis_version", await RunAsync("INFO", "server"), StringComparison.Ordinal);
        Assert.Equal("7", await RunAsync("EVAL", "return redis.call('INCR', KEYS[1])", "1", "n"));

        const int Commands = 20_000;
        var mass = string.Concat(Enumerable.Range(0, Commands).Select(static i => Resp.Request("SET", $"mass:{i}", $"{i}")));
        Assert.Contains($"errors: 0, replies: {Commands}", (await lab.RunAsync([.. redis, "--pipe"], mass)).Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal($":{Commands + 2}\r\n", await server.Control.AskAsync("DBSIZE"));

        async Task<string> RunAsync(params string[] words) => (await lab.RunAsync([.. redis, .. words])).Succeeded().Output;

        async Task<string> SayAsync(string input) => (await lab.RunAsync(redis, input)).Succeeded().Output;
    }

    [Theory]
    [InlineData("uring")]
    [InlineData("sockets")]
    public async Task Redis_benchmark_runs_unchanged(string transport)
    {
        await using var lab = await Lab.CreateAsync();
        var (_, redis, proxy) = await StartAsync(lab, transport);
        string[] benchmark = [Tool.Require("redis-benchmark", "redis-tools"), .. redis[1..], "-n", "3000", "-q"];

        foreach (var options in new string[][] { ["-c", "50"], ["-c", "10", "-P", "64"], ["-c", "20", "-d", "20000"] })
        {
            var result = (await lab.RunAsync([.. benchmark, "-r", "100", "-t", "ping,set,get,incr,lpush,rpop,mset", .. options])).Succeeded();
            Assert.Contains("GET:", result.Output);
            Assert.DoesNotContain("rror", result.Output + result.Errors);
        }

        Assert.DoesNotContain(proxy.Sessions, static session => session.Reason is not ("done" or "client_reset"));
    }

    private static async Task<(RedisServer Server, string[] Cli, ProxifyProcess Proxy)> StartAsync(Lab lab, string transport)
    {
        var server = await RedisServer.StartAsync(lab);
        var port = lab.Port();
        var proxy = await lab.StartProxifyAsync(Config.Of(FramedApp.Redis(port, server.Port)), new() { Transport = transport });
        return (server, [Tool.Require("redis-cli", "redis-tools"), "-h", "127.0.0.1", "-p", $"{port}"], proxy);
    }
}
