using System.Text.Json;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>As many bytes as possible from client to target.</summary>
sealed class Bulk(string name, int streams, int seconds) : IWork
{
    public string Name => name;

    public string Title => streams == 1 ? "bulk, one stream" : $"bulk, {streams} streams";

    public int Connections => streams;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("GB/s", MoreIsBetter: true, Decimals: 2),
        new("CPU ms/GB", MoreIsBetter: false, Decimals: 0),
    ];

    public int Target { get; private set; }

    public Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        Target = Ports.Next();
        return Task.CompletedTask;
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        await RunAsync(relay.Port, ["-n", "256M"], cancellation);
        var before = relay.Cpu;
        var (bytes, duration) = await RunAsync(relay.Port, ["-t", $"{seconds}"], cancellation);
        const double Giga = 1e9;
        return [bytes / Giga / duration, (relay.Cpu - before)?.TotalMilliseconds / (bytes / Giga)];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    async Task<(double Bytes, double Seconds)> RunAsync(int port, string[] amount, CancellationToken cancellation)
    {
        // A server for one test: one that serves several refuses connections for a moment between two.
        await using var server = ProcessHandle.Start("iperf3", "-s", "-1", "-B", "127.0.0.1", "-p", $"{Target}");
        await Ports.WaitForListenerAsync(Target, server, cancellation);
        var report = await ProcessHandle.RunAsync("iperf3", ["-c", "127.0.0.1", "-p", $"{port}", "-P", $"{streams}", "-J", .. amount], cancellation);
        await server.FinishAsync(cancellation);

        using var json = JsonDocument.Parse(report);
        if (json.RootElement.TryGetProperty("error", out var error))
            throw new BenchException($"iperf3: {error.GetString()}");
        if (!json.RootElement.GetProperty("end").TryGetProperty("sum_received", out var received))
            throw new BenchException("iperf3: it lost the server before there was a result");
        return (received.GetProperty("bytes").GetDouble(), received.GetProperty("seconds").GetDouble());
    }
}
