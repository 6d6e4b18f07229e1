namespace Proxify.Program.Admin.Client.Top;

/// <summary>Rows of one kind, as many columns as there is room for; the first ones matter most.</summary>
internal sealed class TopTable<TRow>(params TopColumn<TRow>[] columns)
{
    private const int Gap = 2;

    public int Columns => columns.Length;

    /// <summary>The heading and the rows that have the filter's text in them, sorted.</summary>
    /// <param name="rows">All of them.</param>
    /// <param name="view">How the user wants them.</param>
    /// <param name="width">Of the screen.</param>
    public IEnumerable<string> Lines(IEnumerable<TRow> rows, TopView view, int width)
    {
        var sortedBy = view.SortedBy % columns.Length;
        var sorted = columns[sortedBy].Sort(rows, view.IsReversed)
            .Select(row => Array.ConvertAll(columns, column => column.Text(row)))
            .Where(cells => view.Filter.Length == 0 || Array.Exists(cells, cell => cell.Contains(view.Filter, StringComparison.OrdinalIgnoreCase)))
            .ToList();
        var headings = columns.Select((column, i) => column.Heading + (i == sortedBy ? view.IsReversed ? "^" : "v" : "")).ToArray();
        return sorted.Prepend(headings).Select(cells => Line(cells, Widths(sorted, headings), width));
    }

    private static int[] Widths(List<string[]> rows, string[] headings) =>
        [.. headings.Select((heading, i) => rows.Take(1000).Select(cells => cells[i].Length).Append(heading.Length).Max())];

    private string Line(string[] cells, int[] widths, int width)
    {
        var line = "";
        for (var i = 0; i < cells.Length && (i == 0 || line.Length + Gap + widths[i] <= width); i++)
            line += (i == 0 ? "" : new string(' ', Gap)) + (columns[i].Value is null ? cells[i].PadRight(widths[i]) : cells[i].PadLeft(widths[i]));
        return line;
    }
}
