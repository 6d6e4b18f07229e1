using System.Text.RegularExpressions;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>Tiny HTTP requests, on connections that stay or each on a connection of its own.</summary>
sealed partial class HttpRequests(string name, int connections, int seconds, bool keepAlive, bool isTls = false) : IWork
{
    ProcessHandle? _server;

    public string Name => name;

    public string Title => (isTls ? "TLS, " : "")
        + (keepAlive ? $"HTTP keep-alive, {connections:N0} connections" : $"one HTTP request per connection, {connections:N0} at once");

    public int Connections => connections;

    public bool IsTls => isTls;

    public Certificate? Certificate { get; private set; }

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new(keepAlive ? "requests/s" : "connections/s", MoreIsBetter: true, Decimals: 0),
        new(keepAlive ? "CPU µs/request" : "CPU µs/connection", MoreIsBetter: false, Decimals: 1),
    ];

    public int Target { get; private set; }

    public async Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        Certificate = isTls ? Certificate.MakeEcdsa(workspace) : null;
        Target = Ports.Next();
        _server = ProcessHandle.Start("nginx", "-e", "stderr", "-c", workspace.Expand("http-target.conf", Target));
        await Ports.WaitForListenerAsync(Target, _server, cancellation);
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        if (isTls)
            return await MeasureBeyondHandshakesAsync(relay, cancellation);
        await RunAsync(relay.Port, 1, cancellation);
        var before = relay.Cpu;
        var report = await RunAsync(relay.Port, seconds, cancellation);
        return [report.Rate, (relay.Cpu - before)?.TotalMicroseconds / report.Requests];
    }

    /// <summary>wrk begins with the handshakes, which are another work's question: what a longer run has more than a short one has none of them.</summary>
    async Task<double?[]> MeasureBeyondHandshakesAsync(Relay relay, CancellationToken cancellation)
    {
        var shortest = 1 + connections / 150;
        await RunAsync(relay.Port, shortest, cancellation);
        var before = relay.Cpu;
        var first = await RunAsync(relay.Port, shortest, cancellation);
        var between = relay.Cpu;
        var second = await RunAsync(relay.Port, shortest + seconds, cancellation);
        var requests = second.Requests - first.Requests;
        var time = second.Requests / second.Rate - first.Requests / first.Rate;
        if (requests <= 0)
            throw new BenchException("wrk: a longer run has answered no more requests than a short one");
        return [requests / time, (relay.Cpu - between - (between - before))?.TotalMicroseconds / requests];
    }

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    public async Task<HttpReport> RunAsync(int port, int duration, CancellationToken cancellation)
    {
        // Half of the cores make the load: the proxy and the target need the rest.
        var threads = Math.Clamp(Environment.ProcessorCount / 2, 1, Math.Min(8, connections));
        string[] load = ["--latency", "--timeout", "10s", "-t", $"{threads}", "-c", $"{connections}", "-d", $"{duration}s"];
        string[] header = keepAlive ? [] : ["-H", "Connection: close"];
        var report = await ProcessHandle.RunAsync(
            "wrk", [.. load, .. header, $"{(isTls ? "https" : "http")}://127.0.0.1:{port}/"], cancellation, isTls ? TlsTools.Environment : null);

        if (Trouble().Match(report) is { Success: true } trouble)
            throw new BenchException($"wrk: {trouble.Value}");
        if (Summary().Match(report) is not { Success: true } summary)
            throw new BenchException($"wrk said: {report.Trim()}");
        var requests = long.Parse(summary.Groups["requests"].Value);
        if (requests == 0)
            throw new BenchException("wrk: no request was answered");
        var (median, most) = (Milliseconds(summary.Groups["median"].Value), Milliseconds(summary.Groups["most"].Value));
        return new(requests, double.Parse(summary.Groups["rate"].Value), median, most);
    }

    /// <summary>Of <c>850.00us</c>, <c>1.20ms</c> or <c>1.02s</c>.</summary>
    static double Milliseconds(string text) =>
        text.EndsWith("us", StringComparison.Ordinal) ? double.Parse(text[..^2]) / 1000
        : text.EndsWith("ms", StringComparison.Ordinal) ? double.Parse(text[..^2]) : 1000 * double.Parse(text[..^1]);

    [GeneratedRegex(@"50%\s+(?<median>[\d.]+(us|ms|s)).*99%\s+(?<most>[\d.]+(us|ms|s)).*?(?<requests>\d+) requests in .*Requests/sec:\s+(?<rate>[\d.]+)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Summary();

    [GeneratedRegex(@"(Socket errors|Non-2xx or 3xx responses): .*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Trouble();
}
