namespace Proxify.SystemTests.Harness;

/// <summary>Programs that the tests use from the machine.</summary>
internal static class Tool
{
    private static readonly string[] SearchPath =
        [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/sbin"];

    public static bool IsRoot => Posix.GetEffectiveUserId() == 0;

    private static bool MustNotSkip => IsRoot || Environment.GetEnvironmentVariable("CI") == "true";

    /// <summary>The program's path. Where it is missing the test is skipped; as root or on CI, where it can be installed, the test fails.</summary>
    public static string Require(string name, string package)
    {
        var path = SearchPath.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);
        if (path is null)
            Missing($"{name} is not installed (apt install {package})");
        return path!;
    }

    /// <summary>Skips the test because the machine cannot run it, or fails it where that must not be.</summary>
    public static void Missing(string reason)
    {
        if (MustNotSkip)
            Assert.Fail(reason);
        Assert.Skip(reason);
    }
}
