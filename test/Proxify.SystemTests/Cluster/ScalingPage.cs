namespace Proxify.SystemTests.Cluster;

/// <summary>The configs that docs/scaling.md shows: the lab runs these very texts.</summary>
internal static class ScalingPage
{
    /// <summary>The block that begins with the comment <paramref name="title"/>.</summary>
    public static string Config(string title)
    {
        var blocks = File.ReadAllText(Path.Combine(Repository.Root, "docs", "scaling.md")).Split("```").Where((_, i) => i % 2 == 1);
        // The first line is the fence's own, with its language.
        return blocks.Select(static block => block[(block.IndexOf('\n') + 1)..])
            .Single(block => block.Split('\n')[0].Contains(title, StringComparison.Ordinal));
    }
}
