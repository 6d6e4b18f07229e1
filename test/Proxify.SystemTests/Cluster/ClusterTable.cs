using System.Globalization;

namespace Proxify.SystemTests.Cluster;

/// <summary>What was measured, as docs/scaling.md shows it: artifacts/cluster.md.</summary>
public sealed class ClusterTable : IDisposable
{
    private readonly List<(string Change, string Row)> _rows = [];

    internal void Add(string front, string what, string proxy, LoadResult result)
    {
        var failures = string.Join(", ", result.Failures.Select(static failure => $"{failure.Value} {Word(failure.Key)}"));
        string[] cells =
        [
            what, front, proxy, $"{result.Connections:N0}", failures.Length == 0 ? "0" : failures, Seconds(result.FailingFor), $"{result.Cut}",
            Seconds(result.LongestWait), $"{result.BrokenThere}", $"{result.BrokenElsewhere}", $"{result.LastThere:P0}",
        ];
        _rows.Add((what, $"| {string.Join(" | ", cells)} |"));
    }

    public void Dispose() => File.WriteAllLines(Path.Combine(Repository.Root, "artifacts", "cluster.md"),
    [
        "| one machine is | front | proxy | new connections | failed | for | cut | longest wait | its sessions broken | others' broken | new ones there at last |",
        "| --- | --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        .. _rows.OrderBy(static row => ClusterTests.Changes.IndexOf(row.Change)).ThenBy(static row => row.Row, StringComparer.Ordinal).Select(static row => row.Row),
    ]);

    private static string Seconds(TimeSpan time) => time == TimeSpan.Zero ? "" : string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");

    private static string Word(VisitEnd end) => end switch
    {
        VisitEnd.Refused => "refused",
        VisitEnd.Unreachable => "no route",
        _ => "timed out",
    };
}
