using System.Globalization;

namespace Proxify.SystemTests.Cluster;

/// <summary>What was measured, as docs/scaling.md shows it: artifacts/cluster.md.</summary>
public sealed class ClusterTable : IDisposable
{
    private readonly List<(string Change, string Front, string Proxy, string[] Cells)> _runs = [];

    internal void Add(string change, string front, string proxy, LoadResult result)
    {
        var failures = string.Join(" and ", result.Failures.Select(static failure => $"{failure.Value} {Word(failure.Key)}"));
        _runs.Add((change, front, proxy,
        [
            failures.Length == 0 ? "0" : failures, Seconds(result.FailingFor), Seconds(result.LongestWait), $"{result.Cut}", $"{result.BrokenThere}",
            $"{result.BrokenElsewhere}", $"{result.LastThere:P0}",
        ]));
    }

    public void Dispose()
    {
        var rows =
            from run in _runs
            group run by (run.Change, run.Front) into runs
            orderby ClusterTests.Changes.IndexOf(runs.Key.Change), runs.Key.Front
            let cells = runs.OrderByDescending(static run => run.Proxy, StringComparer.Ordinal).Select(static run => run.Cells)
                .Aggregate(static (all, next) => [.. all.Zip(next, static (cell, other) => $"{cell} / {other}")])
            select $"| {runs.Key.Change} | {runs.Key.Front} | {string.Join(" | ", cells)} |";
        File.WriteAllLines(Path.Combine(Repository.Root, "artifacts", "cluster.md"),
        [
            "| a machine is | front | new connections that failed | for | longest wait | cut | its sessions broken | others' broken | new ones there at last |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            .. rows,
        ]);
    }

    private static string Seconds(TimeSpan time) => time == TimeSpan.Zero ? "–" : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    private static string Word(VisitEnd end) => end switch
    {
        VisitEnd.Refused => "refused",
        VisitEnd.Unreachable => "no route",
        _ => "timed out",
    };
}
