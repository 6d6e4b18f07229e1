namespace Proxify.SystemTests;

/// <summary>Real programs talk through the proxy and notice nothing.</summary>
[Collection(nameof(Heavy))]
public sealed class ProtocolTests
{
    [Fact]
    public async Task Redis_benchmark_and_a_subscriber_run_unchanged()
    {
        var cli = Tool.Require("redis-cli", "redis-tools");
        var benchmark = Tool.Require("redis-benchmark", "redis-tools");
        await using var lab = await Lab.CreateAsync();
        var (port, proxy) = await StartRedisAsync(lab);
        string[] redis = [cli, "-h", "127.0.0.1", "-p", $"{port}"];

        // The subscription is held while everything else runs.
        var subscriber = lab.Start([.. redis, "SUBSCRIBE", "news"]);
        await subscriber.Output.WaitAsync(static line => line == "subscribe");
        Assert.Equal("OK", (await lab.RunAsync([.. redis, "SET", "key", "value"])).Succeeded().Output);
        Assert.Equal("value", (await lab.RunAsync([.. redis, "GET", "key"])).Succeeded().Output);
        var result = (await lab.RunAsync([benchmark, "-h", "127.0.0.1", "-p", $"{port}", "-c", "50", "-n", "20000", "-t", "set,get", "-d", "64", "-q"]))
            .Succeeded();
        Assert.Contains("GET:", result.Output);
        Assert.DoesNotContain("rror", result.Output + result.Errors);
        for (var i = 0; i < 20; i++)
            Assert.Equal("1", (await lab.RunAsync([.. redis, "PUBLISH", "news", $"item-{i}"])).Succeeded().Output);
        await subscriber.Output.WaitAsync(static line => line == "item-19");

        Assert.False(subscriber.HasExited);
        Assert.DoesNotContain(proxy.Sessions, static session => session.Reason is not ("done" or "client_reset"));
    }

    [Fact]
    public async Task Http_downloads_and_keepalive_run_unchanged()
    {
        var curl = Tool.Require("curl", "curl");
        await using var lab = await Lab.CreateAsync();
        var file = Path.Combine(lab.Directory, "file");
        await File.WriteAllBytesAsync(file, Payload.FromTarget.At(0, 1 << 20).ToArray());
        var target = lab.Port();
        var port = lab.Port();
        await Nginx.StartAsync(lab, target, $"server {{ listen 127.0.0.1:{target}; }}");
        var proxy = await lab.StartProxifyAsync(Config.Single(port, target));
        var url = $"http://127.0.0.1:{port}/file";

        (await lab.RunAsync([curl, "-sSf", url, "-o", "first", "--next", "-sSf", url, "-o", "second"])).Succeeded();
        (await lab.RunAsync([curl, "-sSf", "-H", "Connection: close", url, "-o", "third"])).Succeeded();

        foreach (var copy in new[] { "first", "second", "third" })
            Assert.Equal(await File.ReadAllBytesAsync(file), await File.ReadAllBytesAsync(Path.Combine(lab.Directory, copy)));
        Assert.All(await proxy.WaitForSessionsAsync(2), static session => Assert.Equal("done", session.Reason));
    }

    private static async Task<(int Port, ProxifyProcess Proxy)> StartRedisAsync(Lab lab)
    {
        var target = lab.Port();
        var port = lab.Port();
        var server = lab.Start(
            [Tool.Require("redis-server", "redis-server"), "--port", $"{target}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        await server.Output.WaitAsync(static line => line.Contains("Ready to accept connections", StringComparison.Ordinal));
        return (port, await lab.StartProxifyAsync(Config.Single(port, target)));
    }
}
