namespace Proxify.SystemTests.Packaging;

/// <summary>The Debian package that scripts/deb makes of the binary, as dpkg's own tools read it.</summary>
public sealed class DebTests
{
    private static readonly string[] Files =
    [
        "/etc/logrotate.d/proxify", "/etc/proxify/config.json", "/usr/bin/proxify", "/usr/lib/systemd/system/proxify.service",
        "/usr/share/bash-completion/completions/proxify", "/usr/share/doc/proxify/changelog.gz", "/usr/share/doc/proxify/copyright",
        "/usr/share/doc/proxify/examples/steering.conf", "/usr/share/doc/proxify/operations.md", "/usr/share/fish/vendor_completions.d/proxify.fish",
        "/usr/share/man/man1/proxify.1.gz", "/usr/share/proxify/config.schema.json", "/usr/share/zsh/vendor-completions/_proxify",
    ];

    [Fact]
    public async Task Package_has_what_belongs_to_the_program_and_is_the_same_each_time()
    {
        await using var lab = await Lab.CreateAsync();
        var package = await BuildAsync(lab, "1.2.3", "first");

        var listed = (await lab.RunAsync(["dpkg-deb", "--contents", package])).Succeeded().Output.Split('\n');
        Assert.Empty(Files.Except(listed.Select(static line => line[(line.LastIndexOf(' ') + 2)..])));
        Assert.All(listed, static line => Assert.Matches("^[-dl](rwxr-xr-x|rw-r--r--) root/root ", line));
        var about = (await lab.RunAsync(["dpkg-deb", "--info", package])).Succeeded().Output;
        Assert.Contains(" Version: 1.2.3\n", about);
        Assert.Matches(@"\n Depends: (.+, )?libc6 \(>= 2\.\d+\), adduser\n", about);
        Assert.Contains("\n Recommends: libssl3t64 | libssl3, ca-certificates\n", about);

        var root = Path.Combine(lab.Directory, "root");
        (await lab.RunAsync(["dpkg-deb", "--raw-extract", package, root])).Succeeded();
        Assert.Equal(["/etc/logrotate.d/proxify", "/etc/proxify/config.json"], await File.ReadAllLinesAsync(Path.Combine(root, "DEBIAN/conffiles")));
        (await lab.RunAsync(["env", "-C", root, "md5sum", "--check", "--quiet", "DEBIAN/md5sums"])).Succeeded();
        Assert.Contains("\nExecStart=/usr/bin/proxify ", await File.ReadAllTextAsync(Path.Combine(root, "usr/lib/systemd/system/proxify.service")));
        (await lab.RunAsync([Path.Combine(root, "usr/bin/proxify"), "check", "-c", Path.Combine(root, "etc/proxify/config.json")])).Succeeded();
        Assert.All(["postinst", "prerm", "postrm"], script => Assert.True(File.Exists(Path.Combine(root, "DEBIAN", script))));

        Assert.Equal(await File.ReadAllBytesAsync(package), await File.ReadAllBytesAsync(await BuildAsync(lab, "1.2.3", "second")));
    }

    [Fact]
    public async Task Version_is_the_programs_own()
    {
        await using var lab = await Lab.CreateAsync();
        var told = (await lab.RunAsync([Repository.Binary, "--version"])).Succeeded().Output;

        Assert.StartsWith($"proxify_{told.Trim().Split('+')[0]}_", Path.GetFileName(await BuildAsync(lab, "", "own")));
    }

    /// <summary>Without the compression that takes most of the time.</summary>
    private static async Task<string> BuildAsync(Lab lab, string version, string folder)
    {
        Tool.Require("dpkg-shlibdeps", "dpkg-dev");
        var result = await lab.RunAsync(
        [
            "env", "DPKG_DEB_COMPRESSOR_TYPE=none", $"PROXIFY_BINARY={Repository.Binary}",
            Path.Combine(Repository.Root, "scripts/deb"), version, Path.Combine(lab.Directory, folder),
        ]);
        return result.Succeeded().Output.Trim();
    }
}
