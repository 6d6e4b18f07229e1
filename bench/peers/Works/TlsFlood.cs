using System.Diagnostics;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>Established sessions beside clients that make one full handshake after the other: what do those who are there notice?</summary>
sealed class TlsFlood(string name, int connections, int seconds) : IWork
{
    /// <summary>Few enough that every contender can, so that all have the same to bear.</summary>
    const int HandshakesPerSecond = 400;

    const int Threads = 16;

    readonly HttpRequests _load = new(name, connections, seconds, keepAlive: true, isTls: true);

    public string Name => name;

    public string Title => $"TLS, HTTP keep-alive, {connections:N0} connections, beside {HandshakesPerSecond} full handshakes a second with ECDSA P-256";

    public int Connections => connections + Threads;

    public bool IsTls => true;

    public Certificate? Certificate => _load.Certificate;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("requests/s", MoreIsBetter: true, Decimals: 0),
        new("median ms", MoreIsBetter: false, Decimals: 2),
        new("99 % ms", MoreIsBetter: false, Decimals: 2),
        new("99 % ms without", MoreIsBetter: false, Decimals: 2),
        new("handshakes/s", MoreIsBetter: true, Decimals: 0),
    ];

    public int Target => _load.Target;

    public Task StartAsync(Workspace workspace, CancellationToken cancellation) => _load.StartAsync(workspace, cancellation);

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        var without = await _load.RunAsync(relay.Port, seconds, cancellation);
        using var flood = new HandshakeLoad(relay.Port, resume: false, Threads, HandshakesPerSecond, hasEnd: false);
        var (before, started) = (flood.Count, Stopwatch.StartNew());
        var with = await _load.RunAsync(relay.Port, seconds, cancellation);
        var rate = (flood.Count - before) / started.Elapsed.TotalSeconds;
        flood.ThrowIfAny();
        return [with.Rate, with.Median, with.NinetyNine, without.NinetyNine, rate];
    }

    public ValueTask DisposeAsync() => _load.DisposeAsync();
}
