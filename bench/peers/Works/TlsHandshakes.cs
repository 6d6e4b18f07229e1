using System.Diagnostics;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>Connections that say nothing: a handshake, a word from the target and the end of both sides.</summary>
/// <param name="name">For the command line.</param>
/// <param name="isRsa">The certificate has an RSA key; otherwise one of P-256.</param>
/// <param name="resume">By tickets.</param>
/// <param name="seconds">How long.</param>
sealed class TlsHandshakes(string name, bool isRsa, bool resume, int seconds) : IWork
{
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.5);

    // Each thread is one connection at a time: enough that the contender always has some to do.
    readonly int _threads = Math.Max(16, 4 * Environment.ProcessorCount);

    ProcessHandle? _server;

    public string Name => name;

    public string Title => $"TLS, {(resume ? "resumed" : "full")} handshakes with {(isRsa ? "RSA-2048" : "ECDSA P-256")}, {_threads} at once";

    public int Connections => _threads;

    public bool IsTls => true;

    public Certificate? Certificate { get; private set; }

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("handshakes/s", MoreIsBetter: true, Decimals: 0),
        new("CPU µs/handshake", MoreIsBetter: false, Decimals: 0),
    ];

    public int Target { get; private set; }

    public async Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        Certificate = isRsa ? Certificate.MakeRsa(workspace) : Certificate.MakeEcdsa(workspace);
        Target = Ports.Next();
        _server = ProcessHandle.Start("nginx", "-e", "stderr", "-c", workspace.Expand("closing-target.conf", Target));
        await Ports.WaitForListenerAsync(Target, _server, cancellation);
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        using var load = new HandshakeLoad(relay.Port, resume, _threads);
        await Task.Delay(WarmUp, cancellation);
        var (before, cpu, started) = (load.Count, relay.Cpu, Stopwatch.StartNew());
        await Task.Delay(TimeSpan.FromSeconds(seconds), cancellation);
        var (made, time, used) = (load.Count - before, started.Elapsed, relay.Cpu - cpu);
        load.ThrowIfAny();
        return [made / time.TotalSeconds, used?.TotalMicroseconds / made];
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;
}
