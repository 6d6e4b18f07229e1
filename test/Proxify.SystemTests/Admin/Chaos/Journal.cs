using System.Collections.Concurrent;

namespace Proxify.SystemTests.Admin.Chaos;

/// <summary>What was done when, and whether it explains how a session ended. Asked when all is over.</summary>
internal sealed class Journal
{
    /// <summary>What is done may tell late on a loaded machine: health finds out, sessions are reset one by one, a record is written.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<Deed> _deeds = new();

    public int Count(DeedKind kind) => _deeds.Count(deed => deed.Kind == kind);

    /// <summary>Does it, and notes from when until when.</summary>
    public async Task<T> NoteAsync<T>(DeedKind kind, string? app, string? target, Func<Task<T>> act)
    {
        var from = DateTimeOffset.UtcNow;
        try
        {
            return await act();
        }
        finally
        {
            _deeds.Enqueue(new Deed(kind, app, target, from, DateTimeOffset.UtcNow));
        }
    }

    /// <summary>Whether a session may have ended so.</summary>
    /// <param name="reason">Of its record.</param>
    /// <param name="app">Of its record.</param>
    /// <param name="target">Null: it has reached none.</param>
    /// <param name="from">When it began.</param>
    /// <param name="until">When it ended.</param>
    public bool Explains(string reason, string app, string? target, DateTimeOffset from, DateTimeOffset until)
    {
        return reason switch
        {
            "killed" => Met(DeedKind.Kill),
            "target_removed" => Met(DeedKind.Removal),
            "target_down" => Met(DeedKind.Death),
            // None of the app's targets was there, or none had a share. That may last for as long as nobody changes it.
            "connect_failed" => _deeds.Any(deed => (deed.App is null || deed.App == app) && deed.From <= until),
            // A process that is killed sends FIN where it has read everything, else RST; the client then leaves as it likes.
            "target_reset" or "done" or "client_reset" => Met(DeedKind.Death),
            _ => false,
        };

        bool Met(DeedKind kind) => _deeds.Any(deed => deed.Kind == kind && (deed.App is null || deed.App == app)
            && (deed.Target is null || target is null || deed.Target == target) && deed.From <= until && deed.Until + Lag >= from);
    }

    /// <summary>Whether it has been done to an app before a time.</summary>
    public bool Happened(DeedKind kind, string app, DateTimeOffset until) => _deeds.Any(deed => deed.Kind == kind && deed.App == app && deed.From <= until);
}
