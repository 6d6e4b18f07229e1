using Proxify.Peers.Contenders;
using Proxify.Peers.Targets;

namespace Proxify.Peers.Load;

/// <summary>The load that comes with redis.</summary>
sealed class RedisBenchmark : ILoad
{
    const int WarmUpRequests = 20_000;

    public string Name => "redis-benchmark";

    public async Task<Sample> MeasureAsync(Relay relay, ITarget target, int connections, int depth, int seconds, CancellationToken cancellation)
    {
        var redis = (RedisTarget)target;
        var warmUp = Parse(await ProcessHandle.RunAsync("redis-benchmark", Arguments(relay, redis, WarmUpRequests, connections, depth), cancellation));
        // About as long as asked for; redis-benchmark knows no time.
        var requests = Math.Max((int)(warmUp[0] * seconds), 20 * connections * depth);

        var socketsAtRest = await TcpSockets.AtRestAsync(cancellation);
        var childrenBefore = CpuClock.OfEndedChildren();
        await using var load = ProcessHandle.Start("redis-benchmark", Arguments(relay, redis, requests, connections, depth));
        // It connects first, 64 at a time with a pause; what that costs is another work's question.
        var connected = socketsAtRest + 0.98 * connections * relay.SocketsPerSession;
        while (TcpSockets.InUse() < connected)
        {
            if (load.HasExited)
            {
                await load.FinishAsync(cancellation);
                throw new BenchException("redis-benchmark ended before all of its connections were there");
            }
            await Task.Delay(2, cancellation);
        }
        var (proxy, server, client) = (relay.Cpu, target.Cpu, CpuClock.Of(load.Id));
        var figures = Parse(await load.FinishAsync(cancellation));
        var clientUsed = CpuClock.OfEndedChildren() - childrenBefore - client;
        return new(figures[0], figures[4], figures[6], (relay.Cpu - proxy)?.TotalMicroseconds / requests,
            (target.Cpu - server).TotalMicroseconds / requests, clientUsed.TotalMicroseconds / requests)
        {
            Requests = WarmUpRequests + requests,
        };
    }

    static string[] Arguments(Relay relay, RedisTarget target, int requests, int connections, int depth) =>
        ["-p", $"{relay.Port}", "-t", target.Test, "-n", $"{requests}", "-c", $"{connections}", "-P", $"{depth}", "-d", $"{Exchange.Value.Length}", "--csv"];

    /// <summary>Reads what it says with <c>--csv</c>: rate, then average, least, median, 95 %, 99 % and most in milliseconds.</summary>
    public static double[] Parse(string csv)
    {
        // "test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var values = lines.Length < 2
            ? []
            : lines[^1].Split(',').Skip(1).Select(value => double.TryParse(value.Trim('"'), out var number) ? number : double.NaN).ToArray();
        return values.Length == 7 && !values.Any(double.IsNaN) ? values : throw new BenchException($"redis-benchmark said: {csv.Trim()}");
    }
}
