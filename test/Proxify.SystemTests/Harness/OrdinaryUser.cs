namespace Proxify.SystemTests.Harness;

/// <summary>Runs the proxy as somebody who is not root.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
internal static class OrdinaryUser
{
    public const string Nobody = "65534";

    /// <summary>A copy of the program that everybody may execute, and the prefix with which <paramref name="user"/> does.</summary>
    /// <param name="lab">Where the copy lies.</param>
    /// <param name="user">A number. What the kernel counts per user it counts for all tests that take the same one.</param>
    /// <param name="setpriv">More arguments of setpriv(1), and what it is to execute.</param>
    public static ProxifyOptions In(Lab lab, string user, params string[] setpriv)
    {
        const UnixFileMode ForAll = UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
        File.SetUnixFileMode(lab.Directory, File.GetUnixFileMode(lab.Directory) | ForAll);
        var copy = Path.Combine(lab.Directory, "proxify");
        File.Copy(Repository.Binary, copy);
        File.SetUnixFileMode(copy, File.GetUnixFileMode(copy) | ForAll);
        return new()
        {
            Binary = copy,
            Prefix = [Tool.Require("setpriv", "util-linux"), $"--reuid={user}", $"--regid={user}", "--clear-groups", .. setpriv],
        };
    }
}
