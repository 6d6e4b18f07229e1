using System.Text.Json;

namespace Proxify.SystemTests.Packaging;

/// <summary>The root folder that the Dockerfile makes an image of, run as a container engine runs it, and with less: without /proc and /dev.</summary>
public sealed class ContainerTests
{
    // Read-only but for the folder of the admin socket, as --read-only --tmpfs /run/proxify:uid=1000.
    private const string Enter = """
        set -e
        mount --bind "$0" "$0"
        mount -o remount,bind,ro "$0"
        mount -t tmpfs -o uid=1000,gid=1000 none "$0/run/proxify"
        exec chroot --userspec=1000:1000 "$0" "$@"
        """;

    [Fact]
    public async Task Proxy_serves_and_ends_as_process_1_of_an_ordinary_user_with_nothing_to_write_and_no_proc()
    {
        if (!Tool.IsRoot)
            Tool.Missing("needs root: another root folder");
        await using var lab = await Lab.CreateAsync();
        var (echo, port, admin) = ((await lab.StartEchoAsync())[0], lab.Port(), lab.Port());
        var root = await MakeRootAsync(lab, JsonSerializer.Serialize(
            new { Apps = new[] { Config.App("app", port, Config.Local(echo)).Json }, Admin = new { Listen = new[] { $"127.0.0.1:{admin}" } } }));

        var proxy = await lab.StartProxifyAsync("", new()
        {
            ConfigPath = "/etc/proxify/config.json",
            Binary = "/usr/bin/proxify",
            Prefix = [Tool.Require("unshare", "util-linux"), "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", Enter, root],
        });
        await lab.EchoesAsync(port);
        await proxy.WaitForEventAsync("AdminListening");
        foreach (var page in (string[])["metrics", "v1/status"])
            (await lab.RunAsync([Tool.Require("curl", "curl"), "-sS", "--fail", $"http://127.0.0.1:{admin}/{page}"])).Succeeded();

        Assert.Equal(0, Posix.Kill(Child(proxy.Process.Pid), Posix.SigTerm));
        Assert.Equal(0, await proxy.ExitAsync());
        await proxy.WaitForEventAsync("Stopped");
        Assert.Equal("done", (await proxy.WaitForEventAsync("Session")).Reason);
        Assert.Empty(proxy.Problems);
        Assert.DoesNotContain(proxy.Events, static e => e.Level is "error" or "fatal");
    }

    [Fact]
    public async Task Tls_works_with_the_libraries_and_authorities_of_the_root()
    {
        if (!Tool.IsRoot)
            Tool.Missing("needs root: another root folder");
        await using var lab = await Lab.CreateAsync();
        var root = await MakeRootAsync(lab, Config.Of(Config.App("app", lab.Port(), "127.0.0.1:1").With("TargetTls", new { ServerName = "target.example" })));

        var verdict = await lab.RunAsync(["chroot", "--userspec=1000:1000", root, "/usr/bin/proxify", "check", "-c", "/etc/proxify/config.json"]);

        verdict.Succeeded();
        Assert.Contains("BEGIN CERTIFICATE", await File.ReadAllTextAsync(Path.Combine(root, "usr/lib/ssl/cert.pem")));
    }

    private static async Task<string> MakeRootAsync(Lab lab, string config)
    {
        var (file, root) = (Path.Combine(lab.Directory, "config.json"), Path.Combine(lab.Directory, "root"));
        await File.WriteAllTextAsync(file, config);
        (await lab.RunAsync([Path.Combine(Repository.Root, "scripts/container-root"), Repository.Binary, file, root])).Succeeded();
        return root;
    }

    private static int Child(int process) => int.Parse(File.ReadAllText($"/proc/{process}/task/{process}/children").Trim());
}
