using System.Globalization;

namespace Proxify.SystemTests.Cluster;

/// <summary>What was measured, as docs/scaling.md shows it: artifacts/cluster.md.</summary>
public sealed class ClusterTable : IDisposable
{
    private readonly List<string> _rows = [];

    internal void Add(string front, string what, string proxy, LoadResult result)
    {
        static string Seconds(TimeSpan time) => time == TimeSpan.Zero ? "–" : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");
        var kinds = string.Join(", ", result.Failures.Select(static failure => $"{failure.Value} {Word(failure.Key)}"));
        _rows.Add(string.Create(CultureInfo.InvariantCulture,
            $"| {front} | {what} | {proxy} | {result.Connections:N0} | {(result.Failed == 0 ? "0" : kinds)} | {Seconds(result.FailingFor)} | {Seconds(result.LongestWait)} | {result.Cut} | {result.BrokenThere} | {result.BrokenElsewhere} | {result.MovedClients} |"));
    }

    public void Dispose()
    {
        var folder = Path.Combine(Repository.Root, "artifacts");
        File.WriteAllLines(Path.Combine(folder, "cluster.md"),
        [
            "| front | what happens | proxy | new connections | failed | for | longest wait | cut | of 120 sessions broken: its own | others | clients at two targets |",
            "| --- | --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
            .. _rows.Order(StringComparer.Ordinal),
        ]);
    }

    private static string Word(VisitEnd end) => end switch
    {
        VisitEnd.Refused => "refused",
        VisitEnd.Unreachable => "no route",
        _ => "timed out",
    };
}
