using Proxify.Configuration;

namespace Proxify.Program.Admin.Client;

/// <summary>Rows under headings, for a terminal. Numbers stand to the right.</summary>
/// <param name="headings">One that begins with a space is of a column of numbers.</param>
internal sealed class TextTable(params string[] headings)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add([.. cells.Select(Printable.Line)]);

    public override string ToString()
    {
        var all = _rows.Prepend([.. headings.Select(heading => heading.TrimStart())]).ToList();
        var widths = headings.Select((_, i) => all.Max(row => row[i].Length)).ToArray();
        return string.Join('\n', all.Select(row => string.Join("  ", row.Select((cell, i) => Align(cell, i, widths[i]))).TrimEnd()));
    }

    private string Align(string cell, int column, int width) => headings[column][0] == ' ' ? cell.PadLeft(width) : cell.PadRight(width);
}
