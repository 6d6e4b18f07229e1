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

        if (!scores.Contenders.Any(contender => contender.IsPeer))
            return;
        foreach (var contender in scores.Contenders.Where(contender => contender.IsCompared && scores.Failure(contender) is null))
            Row(to, [$"**{contender.Name} ÷ better peer**", .. figures.Select((_, i) => $"**{Ratio(scores.Median(contender, i), scores.BetterPeer(i))}**")]);
    }

    static string Ratio(double? ours, double? theirs) => ours is { } a && theirs is { } b && b != 0 ? $"{a / b:0.00}" : "–";

    static void Row(TextWriter to, string[] cells) => to.WriteLine($"| {string.Join(" | ", cells)} |");
}
