using System.Collections.Immutable;

namespace Proxify.Telemetry;

/// <summary>The words of <see cref="TerminationReason"/>, made of its names: a reason is one line there.</summary>
internal static class TerminationWords
{
    private static readonly string[] Words = [.. Enum.GetNames<TerminationReason>().Select(WordOf)];

    public static ImmutableArray<TerminationReason> All { get; } = [.. Enum.GetValues<TerminationReason>()];

    /// <summary>As logs and metrics write it: <c>client_reset</c>.</summary>
    public static string ToWord(this TerminationReason reason) => Words[(int)reason];

    private static string WordOf(string name) =>
        string.Concat(name.Select((letter, i) => char.IsUpper(letter) && i > 0 ? $"_{char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));
}
