namespace Proxify.SystemTests.Tls;

/// <summary>A machine that has an OpenSSL, and none that will do.</summary>
public sealed class OldOpenSslTests
{
    [Fact]
    public async Task Config_with_TLS_is_told_to_need_openssl_3_where_only_1_1_is_installed()
    {
        await using var lab = await Lab.CreateAsync();
        // The dynamic linker takes an empty file for no library at all.
        var hidden = Path.Combine(lab.Directory, "empty");
        await File.WriteAllBytesAsync(hidden, [], TestContext.Current.CancellationToken);
        var here = Directory.GetDirectories("/usr/lib", "*-linux-gnu").Select(static folder => Path.Combine(folder, "libssl.so.3")).Single(File.Exists);
        File.Copy(here, Path.Combine(lab.Directory, "libssl.so.1.1"));
        var config = Path.Combine(lab.Directory, "config.json");
        var text = Config.Of(Config.App("app", lab.Port(), "10.0.0.1:443").With("TargetTls", new { }));
        await File.WriteAllTextAsync(config, text, TestContext.Current.CancellationToken);

        var result = await lab.RunAsync(
        [
            Tool.Require("bwrap", "bubblewrap"), "--die-with-parent", "--dev-bind", "/", "/", "--ro-bind", hidden, here,
            "--setenv", "LD_LIBRARY_PATH", lab.Directory, Repository.Binary, "-c", config, "check",
        ]);

        Assert.Contains("Apps[0].TargetTls: needs OpenSSL 3 (Debian 12: libssl3, 13: libssl3t64), which is not here", result.Errors);
    }
}
