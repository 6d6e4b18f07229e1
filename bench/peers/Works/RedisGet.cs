using Proxify.Peers.Contenders;
using Proxify.Peers.Load;

namespace Proxify.Peers.Works;

/// <summary>Small messages back and forth: GET of a 64-byte value, one request at a time on each connection.</summary>
sealed class RedisGet(string name, int connections, int seconds) : IWork
{
    const int ValueLength = 64;
    const int WarmUpRequests = 20_000;

    int _requests;
    int _socketsAtRest;
    ProcessHandle? _server;

    public string Name => name;

    public string Title => $"redis GET, {ValueLength} bytes, {connections:N0} connections";

    public int Connections => connections;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("requests/s", MoreIsBetter: true, Decimals: 0),
        new("median ms", MoreIsBetter: false, Decimals: 2),
        new("99 % ms", MoreIsBetter: false, Decimals: 2),
        new("CPU µs/request", MoreIsBetter: false, Decimals: 1),
    ];

    public int Target { get; private set; }

    public async Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        Target = Ports.Next();
        _server = ProcessHandle.Start(
            "redis-server", "--port", $"{Target}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--tcp-backlog", "16384",
            "--protected-mode", "no");
        await Ports.WaitForListenerAsync(Target, _server, cancellation);
        _socketsAtRest = TcpSockets.InUse();
        // The key that redis-benchmark asks for when it is not told to vary it.
        await ProcessHandle.RunAsync("redis-cli", ["-e", "-p", $"{Target}", "SET", "key:__rand_int__", new string('x', ValueLength)], cancellation);

        // The same number of requests for everyone: what a proxy, at about half the direct rate, does in the time asked for.
        var direct = await RunAsync(Target, WarmUpRequests, 50, cancellation);
        _requests = Math.Max((int)(direct[0] * seconds / 2), 20 * connections);
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        await RunAsync(relay.Port, WarmUpRequests, 50, cancellation);

        await using var load = Start(relay.Port, _requests, connections);
        // redis-benchmark connects first, 64 at a time with a pause; what that costs the proxy is another work's question.
        var connected = _socketsAtRest + 0.98 * connections * relay.SocketsPerSession;
        while (TcpSockets.InUse() < connected)
        {
            if (load.HasExited)
            {
                await load.FinishAsync(cancellation);
                throw new BenchException("redis-benchmark ended before all of its connections were there");
            }
            await Task.Delay(2, cancellation);
        }
        var before = relay.Cpu;
        var figures = RedisBenchmark.Parse(await load.FinishAsync(cancellation));
        return [figures[0], figures[4], figures[6], (relay.Cpu - before)?.TotalMicroseconds / _requests];
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    static async Task<double[]> RunAsync(int port, int requests, int connections, CancellationToken cancellation)
    {
        await using var load = Start(port, requests, connections);
        return RedisBenchmark.Parse(await load.FinishAsync(cancellation));
    }

    static ProcessHandle Start(int port, int requests, int connections) => ProcessHandle.Start(
        "redis-benchmark", "-p", $"{port}", "-t", "get", "-n", $"{requests}", "-c", $"{connections}", "--csv");
}
