using Proxify.Peers.Contenders;
using Proxify.Peers.Load;
using Proxify.Peers.Targets;

namespace Proxify.Peers.Works;

/// <summary>Requests whose protocol contenders may know: what do they cost proxy, server and client, each by itself?</summary>
/// <param name="name">For the command line.</param>
/// <param name="target">The server, and what it is asked.</param>
/// <param name="load">Who asks.</param>
/// <param name="connections">How many clients.</param>
/// <param name="depth">How many requests each has in flight.</param>
/// <param name="seconds">How long.</param>
sealed class Requests(string name, ITarget target, ILoad load, int connections, int depth, int seconds) : IWork
{
    public const int Rate = 0;
    public const int Most = 2;
    public const int ProxyCpu = 3;
    public const int ServerCpu = 4;
    const double PerCent = 100;

    static readonly Figure[] Always =
    [
        new("requests/s", MoreIsBetter: true, Decimals: 0),
        new("median ms", MoreIsBetter: false, Decimals: 2),
        new("99 % ms", MoreIsBetter: false, Decimals: 2),
        new("proxy CPU µs", MoreIsBetter: false, Decimals: 2),
        new("server CPU µs", MoreIsBetter: false, Decimals: 2),
        new("client CPU µs", MoreIsBetter: false, Decimals: 2),
    ];

    CpuQuota? _quota;

    public string Name => name;

    public string Title => $"{target.Title}, {connections:N0} clients with {depth} in flight{(IsForCaches ? ", 90 % hits" : "")}: {load.Name}"
        + (IsHeld ? ", server held to a tenth of a core" : "");

    public int Connections => connections;

    public string? Protocol => target.Protocol;

    public bool IsForCaches => target.Exchange.ColdKeys > 0;

    public bool IsHeld { get; init; }

    public IReadOnlyList<Aim> Aims { get; init; } = [];

    public IReadOnlyList<Figure> Figures =>
    [
        .. Always,
        .. target.Counts ? [new Figure("requests/read", MoreIsBetter: true, Decimals: 1)] : Array.Empty<Figure>(),
        .. IsForCaches ? [new Figure("% at the server", MoreIsBetter: false, Decimals: 1)] : Array.Empty<Figure>(),
    ];

    public int Target => target.Port;

    public async Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        await target.StartAsync(cancellation);
        if (!IsHeld)
            return;
        _quota = new CpuQuota();
        _quota.Hold(target.ProcessId);
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        var before = await target.CountsAsync(cancellation);
        var sample = await load.MeasureAsync(relay, target, connections, depth, seconds, cancellation);
        double?[] figures = [sample.Rate, sample.Median, sample.Most, sample.Proxy, sample.Server, sample.Client];
        if (before is null || await target.CountsAsync(cancellation) is not { } after)
            return figures;
        double requests = after.Requests - before.Requests;
        figures = [.. figures, requests / (after.Reads - before.Reads)];
        return IsForCaches ? [.. figures, PerCent * requests / sample.Requests] : figures;
    }

    public async ValueTask DisposeAsync()
    {
        await target.DisposeAsync();
        _quota?.Dispose();
    }
}
