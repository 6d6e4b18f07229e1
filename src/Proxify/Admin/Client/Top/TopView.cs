namespace Proxify.Program.Admin.Client.Top;

/// <summary>How the user wants to see things.</summary>
internal sealed class TopView
{
    private const int Kinds = 3;

    public TopKind Kind { get; private set; }

    /// <summary>The column, counted on from 0; beyond the last the first again.</summary>
    public int SortedBy { get; private set; }

    public bool IsReversed { get; private set; }

    /// <summary>Rows without this text are not shown.</summary>
    public string Filter { get; private set; } = "";

    /// <summary>Keys go to <see cref="Filter"/>.</summary>
    public bool IsFiltering { get; private set; }

    /// <summary>Rows above the screen.</summary>
    public int Skipped { get; private set; }

    /// <summary>Nothing is asked for.</summary>
    public bool IsPaused { get; private set; }

    public bool IsDone { get; private set; }

    /// <param name="key">That was pressed.</param>
    /// <param name="page">Rows on the screen.</param>
    public void Take(ConsoleKeyInfo key, int page)
    {
        if (IsFiltering)
            TakeFilter(key);
        else
            TakeCommand(key, page);
    }

    private void TakeFilter(ConsoleKeyInfo key)
    {
        if (key.Key is ConsoleKey.Enter or ConsoleKey.Escape)
            (IsFiltering, Filter) = (false, key.Key == ConsoleKey.Escape ? "" : Filter);
        else if (key.Key == ConsoleKey.Backspace)
            Filter = Filter.Length > 0 ? Filter[..^1] : "";
        else if (!char.IsControl(key.KeyChar))
            Filter += key.KeyChar;
        Skipped = 0;
    }

    private void TakeCommand(ConsoleKeyInfo key, int page)
    {
        switch (key)
        {
            case { KeyChar: 'q' }:
                IsDone = true;
                break;
            case { KeyChar: >= '1' and <= '3' }:
                Show((TopKind)(key.KeyChar - '1'));
                break;
            case { Key: ConsoleKey.Tab }:
                Show((TopKind)(((int)Kind + 1) % Kinds));
                break;
            case { KeyChar: 's' }:
                SortedBy++;
                break;
            case { KeyChar: 'r' }:
                IsReversed = !IsReversed;
                break;
            case { KeyChar: '/' }:
                IsFiltering = true;
                break;
            case { KeyChar: 'p' }:
                IsPaused = !IsPaused;
                break;
            case { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' }:
                Skipped++;
                break;
            case { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' }:
                Skipped = Math.Max(0, Skipped - 1);
                break;
            case { Key: ConsoleKey.PageDown } or { KeyChar: ' ' }:
                Skipped += page;
                break;
            case { Key: ConsoleKey.PageUp }:
                Skipped = Math.Max(0, Skipped - page);
                break;
        }
    }

    /// <summary>Never past the last row.</summary>
    public void Limit(int rows) => Skipped = Math.Clamp(Skipped, 0, Math.Max(0, rows - 1));

    private void Show(TopKind kind) => (Kind, SortedBy, IsReversed, Skipped) = (kind, 0, false, 0);
}

internal enum TopKind
{
    Apps,
    Targets,
    Sessions,
}
