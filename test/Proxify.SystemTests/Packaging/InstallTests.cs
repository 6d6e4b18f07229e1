namespace Proxify.SystemTests.Packaging;

/// <summary><c>make install</c> and <c>make uninstall</c>, below a folder.</summary>
public sealed class InstallTests
{
    [Fact]
    public async Task Install_puts_all_below_the_prefix_and_uninstall_takes_it_away_but_for_the_config()
    {
        await using var lab = await Lab.CreateAsync();

        await RunAsync(lab);
        var config = Path.Combine(lab.Directory, "etc/proxify/config.json");
        // The licences of .NET's packs only where the build has been here.
        Assert.Equal(
            [
                "bin", "lib/systemd/system", "share/bash-completion/completions", "share/doc/proxify", "share/doc/proxify/examples",
                "share/fish/vendor_completions.d", "share/man/man1", "share/proxify", "share/zsh/site-functions",
            ],
            FoldersWithFiles(Path.Combine(lab.Directory, "opt/here")).Except(["share/doc/proxify/notices"]));
        var unit = Path.Combine(lab.Directory, "opt/here/lib/systemd/system/proxify.service");
        Assert.Contains("\nExecStart=/opt/here/bin/proxify ", await File.ReadAllTextAsync(unit));
        (await lab.RunAsync([Path.Combine(lab.Directory, "opt/here/bin/proxify"), "check", "-c", config])).Succeeded();

        await File.WriteAllTextAsync(config, "mine");
        await RunAsync(lab);
        await RunAsync(lab, "--uninstall");

        Assert.Equal("mine", await File.ReadAllTextAsync(config));
        Assert.Empty(FoldersWithFiles(Path.Combine(lab.Directory, "opt")));
    }

    private static async Task RunAsync(Lab lab, params string[] arguments) =>
        (await lab.RunAsync(
        [
            "env", $"DESTDIR={lab.Directory}", "PREFIX=/opt/here", $"PROXIFY_BINARY={Repository.Binary}",
            Path.Combine(Repository.Root, "scripts/install"), .. arguments,
        ])).Succeeded();

    private static string[] FoldersWithFiles(string root) =>
        [.. Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(root, Path.GetDirectoryName(file)!)).Distinct().Order(StringComparer.Ordinal)];
}
