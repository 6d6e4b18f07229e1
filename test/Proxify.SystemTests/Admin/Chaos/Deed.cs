namespace Proxify.SystemTests.Admin.Chaos;

/// <summary>Something that was done to the proxy or to a target, and may have cost sessions.</summary>
/// <param name="Kind">What.</param>
/// <param name="App">To which app; null: to any.</param>
/// <param name="Target">To which of its targets; null: to any.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it had ended.</param>
internal sealed record Deed(DeedKind Kind, string? App, string? Target, DateTimeOffset From, DateTimeOffset Until);

internal enum DeedKind
{
    /// <summary>Sessions were ended by hand.</summary>
    Kill,

    /// <summary>A target's process was killed, and is not there until it is started again.</summary>
    Death,

    /// <summary>A target left the app, by hand or with the file.</summary>
    Removal,

    /// <summary>A target has another share of new sessions, perhaps none.</summary>
    Weights,

    /// <summary>The app took no connections.</summary>
    Pause,
}
