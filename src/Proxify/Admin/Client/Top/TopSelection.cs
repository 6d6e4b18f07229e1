namespace Proxify.Program.Admin.Client.Top;

/// <summary>Which of the rows on the screen is selected: it stays so wherever it moves, and while it is there.</summary>
internal sealed class TopSelection
{
    private IReadOnlyList<TopRow> _rows = [];
    private string? _key;

    /// <summary>Null: there are no rows.</summary>
    public TopRow? Row => _rows.Count == 0 ? null : _rows[Index];

    public int Index { get; private set; }

    /// <summary>Rows above the screen.</summary>
    public int Skipped { get; private set; }

    /// <summary>Other rows are to be shown.</summary>
    /// <param name="rows">All of them, in their order.</param>
    /// <param name="room">How many fit.</param>
    public void Follow(IReadOnlyList<TopRow> rows, int room)
    {
        _rows = rows;
        for (var i = 0; _key is not null && i < rows.Count; i++)
        {
            if (rows[i].Key == _key)
                Index = i;
        }

        Index = Math.Clamp(Index, 0, Math.Max(0, rows.Count - 1));
        Skipped = Math.Clamp(Skipped, Math.Max(0, Index - room + 1), Index);
        Skipped = Math.Min(Skipped, Math.Max(0, rows.Count - room));
    }

    public void Move(int by)
    {
        Index = Math.Clamp(Index + by, 0, Math.Max(0, _rows.Count - 1));
        _key = Row?.Key;
    }

    /// <summary>The first of whatever comes.</summary>
    public void Reset() => (_key, Index, Skipped) = (null, 0, 0);
}
