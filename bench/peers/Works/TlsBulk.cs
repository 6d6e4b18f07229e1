using System.Diagnostics;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>As many bytes as possible from target to client: large objects, one after the other on each connection.</summary>
sealed class TlsBulk(string name, int streams, int seconds) : IWork
{
    const long ObjectLength = 64L << 20;

    ProcessHandle? _server;

    public string Name => name;

    public string Title => $"TLS, bulk, {(streams == 1 ? "one stream" : $"{streams} streams")} of {ObjectLength >> 20} MiB objects";

    public int Connections => streams;

    public bool IsTls => true;

    public Certificate? Certificate { get; private set; }

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("GB/s", MoreIsBetter: true, Decimals: 2),
        new("CPU ms/GB", MoreIsBetter: false, Decimals: 0),
    ];

    public int Target { get; private set; }

    public async Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        Certificate = Certificate.MakeEcdsa(workspace);
        workspace.MakeZeros("bulk", ObjectLength);
        Target = Ports.Next();
        _server = ProcessHandle.Start("nginx", "-e", "stderr", "-c", workspace.Expand("http-target.conf", Target));
        await Ports.WaitForListenerAsync(Target, _server, cancellation);
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        // The same time for everybody, about: what it does with a few objects says how many are to be asked for.
        var (_, warm) = await RunAsync(relay.Port, 2, cancellation);
        var objects = (int)Math.Clamp(seconds / (warm.TotalSeconds / 2), 2, 10_000);
        var before = relay.Cpu;
        var (bytes, time) = await RunAsync(relay.Port, objects, cancellation);
        const double Giga = 1e9;
        return [bytes / Giga / time.TotalSeconds, (relay.Cpu - before)?.TotalMilliseconds / (bytes / Giga)];
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<(double Bytes, TimeSpan Time)> RunAsync(int port, int objects, CancellationToken cancellation)
    {
        var started = Stopwatch.StartNew();
        var reports = await Task.WhenAll(Enumerable.Range(0, streams).Select(_ => ProcessHandle.RunAsync(
            "curl", ["-sS", "-k", "-o", "/dev/null", "-w", "%{http_code} %{size_download}\\n", $"https://127.0.0.1:{port}/bulk?[1-{objects}]"], cancellation,
            TlsTools.Environment)));
        var time = started.Elapsed;
        var answers = reports.SelectMany(report => report.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ToList();
        if (answers.Count != streams * objects || answers.Any(answer => answer != $"200 {ObjectLength}"))
            throw new BenchException($"curl: {answers.Count} answers, of which one is {answers.FirstOrDefault(answer => answer != $"200 {ObjectLength}")}");
        return ((double)ObjectLength * answers.Count, time);
    }
}
