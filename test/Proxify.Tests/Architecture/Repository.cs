namespace Proxify.Tests.Architecture;

/// <summary>The source tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Proxify.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("no Proxify.slnx above the tests");
        return folder;
    }
}
