namespace Proxify.SystemTests.Harness;

/// <summary>Where the repository and the program under test are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built binary: <c>PROXIFY_BINARY</c>, otherwise <c>./proxify</c> in the repository's root.</summary>
    public static string Binary
    {
        get
        {
            var path = Environment.GetEnvironmentVariable("PROXIFY_BINARY") is { Length: > 0 } set ? set : Path.Combine(Root, "proxify");
            Assert.True(File.Exists(path), $"{path} is not there: build it with `make proxify`, or set PROXIFY_BINARY");
            return path;
        }
    }

    private static string FindRoot()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Proxify.slnx")))
                return directory;
        }

        throw new InvalidOperationException($"no Proxify.slnx above {AppContext.BaseDirectory}");
    }
}
