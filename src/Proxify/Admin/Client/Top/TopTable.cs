namespace Proxify.Program.Admin.Client.Top;

/// <summary>Rows of one kind, as many columns as there is room for; the first ones matter most.</summary>
/// <param name="columns">In their order.</param>
internal sealed class TopTable<TRow>(params TopColumn<TRow>[] columns)
{
    private const int Gap = 2;

    /// <summary>What a row is of; its line is filled in.</summary>
    public required Func<TRow, TopRow> Row { get; init; }

    /// <summary>The heading, and the rows that have the filter's text in them, sorted.</summary>
    /// <param name="rows">All of them.</param>
    /// <param name="view">How the user wants them.</param>
    /// <param name="width">Of the screen.</param>
    public (string Heading, IReadOnlyList<TopRow> Rows) Show(IEnumerable<TRow> rows, TopView view, int width)
    {
        var sortedBy = view.SortedBy % columns.Length;
        var sorted = columns[sortedBy].Sort(rows, view.IsReversed)
            .Select(row => (Row: row, Cells: Array.ConvertAll(columns, column => column.Text(row))))
            .Where(shown => view.Filter.Length == 0 || Array.Exists(shown.Cells, cell => cell.Contains(view.Filter, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        var headings = columns.Select((column, i) => column.Heading + (i == sortedBy ? view.IsReversed ? "^" : "v" : "")).ToArray();
        var widths = Widths(sorted.Take(1000).Select(shown => shown.Cells).Prepend(headings).ToList());
        return (Line(headings, widths, width), sorted.ConvertAll(shown => Row(shown.Row) with { Line = Line(shown.Cells, widths, width) }));
    }

    private static int[] Widths(List<string[]> rows) => [.. rows[0].Select((_, i) => rows.Max(cells => cells[i].Length))];

    private string Line(string[] cells, int[] widths, int width)
    {
        var line = "";
        for (var i = 0; i < cells.Length && (i == 0 || line.Length + Gap + widths[i] <= width); i++)
            line += (i == 0 ? "" : new string(' ', Gap)) + (columns[i].Value is null ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i]));
        return line;
    }
}
