using Proxify.Peers.Contenders;

namespace Proxify.Peers;

/// <summary>Prints the scores of a work as a markdown table.</summary>
static class Table
{
    public static void Print(TextWriter to, Scores scores)
    {
        var figures = scores.Work.Figures;
        to.WriteLine();
        to.WriteLine($"### {scores.Work.Title}");
        to.WriteLine();
        Row(to, ["", .. figures.Select(figure => figure.Title)]);
        Row(to, ["---", .. figures.Select(_ => "---:")]);
        foreach (var contender in scores.Contenders)
            Row(to, scores.Failure(contender) is { } reason
                ? [contender.Name, $"failed: {reason.Replace('|', '/')}", .. figures.Skip(1).Select(_ => "")]
                : [contender.Name, .. figures.Select((figure, i) => figure.Format(scores.Median(contender, i)))]);

        var compared = scores.Contenders.Where(contender => contender.IsCompared && scores.Failure(contender) is null);
        foreach (var (contender, name, median) in compared.SelectMany(contender => Yardsticks(scores, contender)))
            Row(to, [$"**{contender.Name} ÷ {name}**", .. figures.Select((_, i) => $"**{Ratio(scores.Median(contender, i), median(i))}**")]);
    }

    /// <summary>Prints what was to be reached, and whether it was; nothing where no work says such a thing.</summary>
    public static void PrintAims(TextWriter to, IReadOnlyList<Scores> all)
    {
        var aims = all.SelectMany(scores => scores.Work.Aims.Select(aim => (scores, aim)))
            .Where(row => row.scores.Contenders.Any(contender => contender.Name == row.aim.Contender)).ToArray();
        if (aims.Length == 0)
            return;
        to.WriteLine();
        to.WriteLine("### Aims");
        to.WriteLine();
        Row(to, ["work", "figure", "aim", "measured", ""]);
        Row(to, ["---", "---", "---:", "---:", "---"]);
        foreach (var (scores, aim) in aims)
        {
            var figure = scores.Work.Figures[aim.Figure];
            var measured = scores.Median(aim.Contender, aim.Figure) / scores.Median(aim.Yardstick, aim.Figure);
            // As printed: what reads as equal is.
            var isMet = measured is { } value && (figure.MoreIsBetter ? Math.Round(value, 2) >= aim.Bound : Math.Round(value, 2) <= aim.Bound);
            Row(to,
            [
                scores.Work.Name, $"{figure.Name}, {aim.Contender} ÷ {aim.Yardstick}", $"{(figure.MoreIsBetter ? '≥' : '≤')} {aim.Bound}",
                measured is null ? "–" : $"{measured:0.00}", isMet ? "met" : measured is null ? "not measured" : "**missed**",
            ]);
        }
    }

    /// <summary>What a contender is compared with: the better peer; where requests are known, each peer and direct connections.</summary>
    static IEnumerable<(Contender Contender, string Name, Func<int, double?> Median)> Yardsticks(Scores scores, Contender contender) =>
        scores.Work.Protocol is null
            ? scores.Contenders.Any(one => one.IsPeer) ? [(contender, "better peer", scores.BetterPeer)] : []
            : scores.Contenders.Where(one => contender.SharesConnections && (one.IsPeer || one is DirectContender))
                .Select(one => (contender, one.Name, (Func<int, double?>)(figure => scores.Median(one, figure))));

    static string Ratio(double? ours, double? theirs) => ours is { } a && theirs is { } b && b != 0 ? $"{a / b:0.00}" : "–";

    static void Row(TextWriter to, string[] cells) => to.WriteLine($"| {string.Join(" | ", cells)} |");
}
