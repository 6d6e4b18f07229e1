namespace Proxify.Program.Admin.Client.Top;

/// <summary>A column of a table.</summary>
/// <param name="Heading">In capitals.</param>
/// <param name="Text">What a row shows.</param>
/// <param name="Value">What rows are sorted by; null: the text.</param>
internal sealed record TopColumn<TRow>(string Heading, Func<TRow, string> Text, Func<TRow, double>? Value = null)
{
    /// <summary>The largest first, where it has a value.</summary>
    public IEnumerable<TRow> Sort(IEnumerable<TRow> rows, bool reversed)
    {
        var sorted = Value is { } value ? rows.OrderByDescending(value) : rows.OrderBy(Text, StringComparer.Ordinal);
        return reversed ? sorted.Reverse() : sorted;
    }
}
