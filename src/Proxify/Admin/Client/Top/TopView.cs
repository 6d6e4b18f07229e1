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

    public TopSelection Selection { get; } = new();

    /// <summary>Waits for the user's yes; null: nothing does.</summary>
    public TopAction? Asked { get; private set; }

    /// <summary>To be done now; null: nothing.</summary>
    public TopAction? Confirmed { get; private set; }

    /// <summary>What has come of the last action, until the next key.</summary>
    public string? Message { get; private set; }

    public bool IsHelpShown { get; private set; }

    /// <summary>Nothing is asked for.</summary>
    public bool IsPaused { get; private set; }

    public bool IsDone { get; private set; }

    /// <param name="key">That was pressed.</param>
    /// <param name="page">Rows on the screen.</param>
    public void Take(ConsoleKeyInfo key, int page)
    {
        Message = null;
        if (IsHelpShown)
            IsHelpShown = false;
        else if (Asked is { } action)
            (Asked, Confirmed, Message) = (null, key.KeyChar is 'y' or 'Y' ? action : null, key.KeyChar is 'y' or 'Y' ? null : "nothing done");
        else if (IsFiltering)
            TakeFilter(key);
        else
            TakeCommand(key, page);
    }

    /// <summary>The action that was to be done has been.</summary>
    public void Tell(string message) => (Confirmed, Message) = (null, message);

    private void TakeFilter(ConsoleKeyInfo key)
    {
        if (key.Key is ConsoleKey.Enter or ConsoleKey.Escape)
            (IsFiltering, Filter) = (false, key.Key == ConsoleKey.Escape ? "" : Filter);
        else if (key.Key == ConsoleKey.Backspace)
            Filter = Filter.Length > 0 ? Filter[..^1] : "";
        else if (!char.IsControl(key.KeyChar))
            Filter += key.KeyChar;
        Selection.Reset();
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
            case { KeyChar: 'd' or 'e' or 'x' or 'K' } when Selection.Row is { } row:
                Asked = TopAction.Of(key.KeyChar, row);
                Message = Asked is null ? "of targets only: 2 shows them" : null;
                break;
            case { KeyChar: '?' or 'h' }:
                IsHelpShown = true;
                break;
            default:
                Selection.Move(Steps(key, page));
                break;
        }
    }

    private static int Steps(ConsoleKeyInfo key, int page) => key switch
    {
        { Key: ConsoleKey.DownArrow } or { KeyChar: 'j' } => 1,
        { Key: ConsoleKey.UpArrow } or { KeyChar: 'k' } => -1,
        { Key: ConsoleKey.PageDown } or { KeyChar: ' ' } => page,
        { Key: ConsoleKey.PageUp } => -page,
        { Key: ConsoleKey.Home } or { KeyChar: 'g' } => -int.MaxValue / 2,
        { Key: ConsoleKey.End } or { KeyChar: 'G' } => int.MaxValue / 2,
        _ => 0,
    };

    private void Show(TopKind kind)
    {
        (Kind, SortedBy, IsReversed) = (kind, 0, false);
        Selection.Reset();
    }
}

internal enum TopKind
{
    Apps,
    Targets,
    Sessions,
}
