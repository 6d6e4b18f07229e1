namespace Proxify.Program.Admin.Client.Top;

/// <summary>A line of a table, and what it is of.</summary>
/// <param name="Key">Tells it from all others of its kind, also when it has moved.</param>
/// <param name="Line">As it is shown.</param>
/// <param name="App">Of which app.</param>
/// <param name="Target">The target, where it is one.</param>
/// <param name="Session">The session's id, where it is one.</param>
internal sealed record TopRow(string Key, string Line, string App, string? Target = null, string? Session = null);
