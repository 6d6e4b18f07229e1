using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Proxify.SystemTests;

/// <summary>
/// The recipes of docs/configuration.md, word by word, for programs that write the config: with the system calls that these make, in their order
/// (confd's resource.go, consul-template's renderer.go and Kubernetes' atomic_writer.go).
/// </summary>
[SupportedOSPlatform("linux")]
public sealed partial class WrittenByOthersTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs/configuration.md"));

    [Fact]
    public async Task Confd_has_it_checked_before_it_renames()
    {
        await using var lab = await FileLab.CreateAsync();
        var (check, reload) = (Value("toml", "check_cmd"), Value("toml", "reload_cmd"));

        await lab.ChangesWithCheckAsync(WriteAsync);

        // What a check cannot know, its reload_cmd tells.
        using var taken = lab.Lab.Listen(System.Net.IPAddress.Any);
        Assert.Contains($":{taken.Port}", (await WriteAsync(lab.Config(taken.Port))).Errors);

        async Task<ToolResult> WriteAsync(string config)
        {
            var staged = lab.Create(".config.json2659423582", config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            File.SetUnixFileMode(staged, File.GetUnixFileMode(lab.Path));
            var result = await lab.ShellAsync(check.Replace("{{.src}}", staged));
            if (result.ExitCode != 0)
            {
                File.Delete(staged);
                return result;
            }

            File.Move(staged, lab.Path, overwrite: true);
            return await lab.ShellAsync(reload);
        }
    }

    [Fact]
    public async Task Consul_template_renders_beside_it_and_its_command_checks_and_renames()
    {
        await using var lab = await FileLab.CreateAsync();
        var command = Value("hcl", "command");
        var outcome = "";

        await lab.ChangesWithCheckAsync(async config =>
        {
            Render(lab, "config.json.new", config);
            var result = await lab.ShellAsync(command);
            Assert.Equal(0, result.ExitCode); // otherwise consul-template ends
            outcome = result.Output;
            return result with { ExitCode = result.Errors.Length == 0 ? 0 : 1 };
        });

        Assert.EndsWith("\nreloaded", outcome);
    }

    [Fact]
    public async Task Consul_template_straight_over_it_with_a_backup_is_seen_and_a_bad_one_refused()
    {
        await using var lab = await FileLab.CreateAsync();

        await lab.ChangesWithoutCheckAsync(config => Render(lab, "config.json", config));
    }

    [Fact]
    public async Task Kubernetes_swaps_a_link_and_a_bad_one_is_refused()
    {
        var version = 0;
        await using var lab = await FileLab.CreateAsync(Write);

        await lab.ChangesWithoutCheckAsync(config => Write(lab, config));

        void Write(FileLab lab, string config)
        {
            var (data, before) = (lab.In("..data"), new FileInfo(lab.In("..data")).LinkTarget);
            var name = $"..2026_11_30_19_36_{version++:00}.3938181";
            Directory.CreateDirectory(lab.In(name));
            lab.Create($"{name}/config.json", config, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
            File.CreateSymbolicLink(lab.In("..data_tmp"), name);
            Assert.Equal(0, Posix.Rename(lab.In("..data_tmp"), data));
            if (before is null)
                File.CreateSymbolicLink(lab.Path, "..data/config.json");
            else
                Directory.Delete(lab.In(before), recursive: true);
        }
    }

    [Fact]
    public async Task Curls_script_gets_it_checks_it_and_renames()
    {
        await using var lab = await FileLab.CreateAsync();
        var (port, served) = (lab.Lab.Port(), Path.Combine(lab.Lab.Directory, "served.json"));
        await Nginx.StartAsync(lab.Lab, port, $"server {{ listen 127.0.0.1:{port}; }}");
        var curl = Path.GetDirectoryName(Tool.Require("curl", "curl"));
        var script = Block("sh").Replace("https://config.example.net/proxify.json", $"http://127.0.0.1:{port}/served.json");
        File.SetUnixFileMode(lab.Path, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        await lab.ChangesWithCheckAsync(config =>
        {
            File.WriteAllText(served, config);
            return RunAsync();
        });

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.GroupRead, File.GetUnixFileMode(lab.Path));
        var before = File.GetLastWriteTimeUtc(lab.Path);
        Assert.Equal("", (await RunAsync()).Succeeded().Output);
        File.Delete(served);
        Assert.Contains("404", (await RunAsync()).Errors);
        Assert.Equal(before, File.GetLastWriteTimeUtc(lab.Path));

        Task<ToolResult> RunAsync() => lab.ShellAsync($"PATH=$PATH:{curl}\nset -e\n{script}");
    }

    /// <summary>As consul-template does, with <c>backup = true</c>.</summary>
    private static void Render(FileLab lab, string name, string config)
    {
        var (path, backup) = (lab.In(name), lab.In($"{name}.bak"));
        var temporary = lab.Create("1835857691", config, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        File.Delete(backup);
        if (File.Exists(path))
            Assert.Equal(0, Posix.Link(path, backup));
        File.Move(temporary, path, overwrite: true);
    }

    private static string Block(string language) => Blocks().Matches(Page).Single(block => block.Groups[1].Value == language).Groups[2].Value;

    private static string Value(string language, string key) =>
        Block(language).Split('\n').Single(line => line.Split('=')[0].Trim() == key).Split(" = ", 2)[1].Trim().Trim('"');

    [GeneratedRegex("```(toml|hcl|sh)\n(.*?)```", RegexOptions.Singleline, 1000)]
    private static partial Regex Blocks();

    /// <summary>A proxy whose config is in a folder of its own.</summary>
    private sealed class FileLab : IAsyncDisposable
    {
        private ProxifyProcess _proxify = null!;
        private int _echo;

        private FileLab(Lab lab) => (Lab, Folder) = (lab, Directory.CreateDirectory(System.IO.Path.Combine(lab.Directory, "etc")).FullName);

        public Lab Lab { get; }

        public string Path => In("config.json");

        private string Folder { get; }

        private string Socket => System.IO.Path.Combine(Lab.Directory, "admin.sock");

        /// <param name="write">Writes the first config; null: as usual.</param>
        public static async Task<FileLab> CreateAsync(Action<FileLab, string>? write = null)
        {
            var lab = new FileLab(await Lab.CreateAsync());
            lab._echo = (await lab.Lab.StartEchoAsync())[0];
            write ??= static (lab, config) => File.WriteAllText(lab.Path, config);
            write(lab, lab.Config(lab.Lab.Port()));
            lab._proxify = await lab.Lab.StartProxifyAsync("", new() { ConfigPath = lab.Path });
            await lab._proxify.WaitForEventAsync("AdminListening");
            return lab;
        }

        /// <summary>One app on this port, whose target echoes.</summary>
        public string Config(int port) => JsonSerializer.Serialize(new
        {
            Apps = new[] { new { Name = "app", Ports = new[] { port }, Targets = new[] { Harness.Config.Local(_echo) } } },
            Admin = new { Socket },
        });

        public string In(string name) => System.IO.Path.Combine(Folder, name);

        /// <summary>A new file, on the disk when this returns.</summary>
        public string Create(string name, string text, UnixFileMode mode)
        {
            var path = In(name);
            using var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = mode });
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
            return path;
        }

        /// <summary>What a recipe says, with this lab's folder for /etc/proxify.</summary>
        public Task<ToolResult> ShellAsync(string command) => Lab.RunAsync([
            "env", $"PATH={System.IO.Path.GetDirectoryName(Repository.Binary)}:/usr/bin:/bin", $"PROXIFY_ADMIN={Socket}", "/bin/sh", "-c",
            command.Replace("/etc/proxify", Folder)]);

        /// <summary>There and back: each change is in force when the recipe is done; a bad one between them changes neither the file nor the proxy.</summary>
        public async Task ChangesWithCheckAsync(Func<string, Task<ToolResult>> write)
        {
            var (first, second) = (Lab.Port(), Lab.Port());
            (await write(Config(first))).Succeeded();
            await Lab.EchoesAsync(first);
            var good = await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken);

            var refused = await write(Config(0));

            Assert.Equal(1, refused.ExitCode);
            Assert.Contains("Apps[0].Ports[0]: port 0 is out of range", refused.Errors + refused.Output);
            Assert.Equal(good, await File.ReadAllBytesAsync(Path, TestContext.Current.CancellationToken));
            (await write(Config(second))).Succeeded();
            await Lab.EchoesAsync(second);
            await Lab.ExpectRefusedAsync(first);
            Assert.DoesNotContain(_proxify.Events, static e => e.Event == "ConfigRejected");
        }

        /// <summary>There and back: each change is seen, and a bad one between them, although it is in the file, changes nothing.</summary>
        public async Task ChangesWithoutCheckAsync(Action<string> write)
        {
            var (first, second) = (Lab.Port(), Lab.Port());
            await WriteAsync(Config(first), "ConfigReloaded");
            await Lab.EchoesAsync(first);

            var refused = await WriteAsync(Config(0), "ConfigRejected");

            Assert.Contains($"{Path}:1:", refused.Message);
            await Lab.EchoesAsync(first);
            await WriteAsync(Config(second), "ConfigReloaded");
            await Lab.EchoesAsync(second);
            await Lab.ExpectRefusedAsync(first);

            async Task<LogEvent> WriteAsync(string config, string outcome)
            {
                var position = _proxify.LogPosition;
                write(config);
                return await _proxify.WaitForEventAsync(outcome, position);
            }
        }

        public ValueTask DisposeAsync() => Lab.DisposeAsync();
    }
}
