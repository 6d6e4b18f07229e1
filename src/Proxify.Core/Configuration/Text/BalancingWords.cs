namespace Proxify.Configuration;

/// <summary>How <see cref="BalancingPolicy"/> is written.</summary>
internal static class BalancingWords
{
    /// <summary>In the order of the values.</summary>
    public static IReadOnlyList<string> All { get; } = ["round-robin", "least-connections", "random-two", "source-hash", "first"];

    /// <summary>What an error says was expected.</summary>
    public static string Expected { get; } = $"{string.Join(", ", All.SkipLast(1).Select(Quoted.Text))} or {Quoted.Text(All[^1])}";

    public static BalancingPolicy? Parse(string word)
    {
        for (var i = 0; i < All.Count; i++)
        {
            if (All[i] == word)
                return (BalancingPolicy)i;
        }

        return null;
    }
}
