using Proxify.Resolution;

namespace Proxify.Hosting;

/// <summary>A name of a config's targets, and what it stands for.</summary>
/// <param name="Path">Of the first target that has it: <c>Apps[1].Targets[0]</c>.</param>
/// <param name="Name">With its addresses.</param>
/// <param name="Problem">Why it has none; null: it has some.</param>
internal sealed record AskedName(string Path, ResolvedName Name, string? Problem)
{
    /// <summary>What is wrong with a part of its answer; null: nothing.</summary>
    public string? Flaw { get; init; }

    public override string ToString() =>
        $"{Name.Host} {(Problem is null ? $"is {string.Join(", ", Name.Current)}" : $"does not resolve: {Problem}")}{(Flaw is null ? "" : $" ({Flaw})")}";
}
