namespace Proxify.Program.Admin.Views;

/// <summary>A line of the log.</summary>
/// <param name="Number">Counts up from 1.</param>
/// <param name="Time">When.</param>
/// <param name="Level">As in the log.</param>
/// <param name="Event">Its name.</param>
/// <param name="Id">Its number.</param>
/// <param name="Message">For people.</param>
/// <param name="Fields">What the message has in it.</param>
internal sealed record EventView(
    long Number, DateTimeOffset Time, string Level, string? Event, int Id, string Message, IReadOnlyDictionary<string, string> Fields);
