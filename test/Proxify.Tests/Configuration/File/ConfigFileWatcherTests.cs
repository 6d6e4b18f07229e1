using System.Threading.Channels;
using Proxify.Configuration;
using Proxify.Peers;

namespace Proxify.Tests.Configuration;

/// <summary>On real files and real time: every way of saving is seen.</summary>
public sealed class ConfigFileWatcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Channel<ConfigResult> _changes = Channel.CreateUnbounded<ConfigResult>();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Save_in_place_is_seen()
    {
        var path = _folder.Write("config.json", Config("before"));
        using var watcher = Watch(path);

        _folder.Write("config.json", Config("after"));

        await SeenAsync("after");
    }

    [Fact]
    public async Task Save_by_rename_is_seen()
    {
        var path = _folder.Write("config.json", Config("before"));
        using var watcher = Watch(path);

        File.Move(_folder.Write("config.json~", Config("after")), path, overwrite: true);

        await SeenAsync("after");
    }

    [Fact]
    public async Task Swap_of_a_link_on_the_way_to_the_file_is_seen()
    {
        // As Kubernetes mounts a ConfigMap: config.json -> ..data/config.json, ..data -> ..1.
        Version("1", "before");
        Directory.CreateSymbolicLink(_folder.File("..data"), "..1");
        File.CreateSymbolicLink(_folder.File("config.json"), "..data/config.json");
        using var watcher = Watch(_folder.File("config.json"));

        Version("2", "after");
        Directory.CreateSymbolicLink(_folder.File("..data_tmp"), "..2");
        Rename(_folder.File("..data_tmp"), _folder.File("..data"));

        await SeenAsync("after");

        void Version(string number, string name)
        {
            Directory.CreateDirectory(_folder.File($"..{number}"));
            _folder.Write($"..{number}/config.json", Config(name));
        }
    }

    [Fact]
    public async Task File_that_goes_and_comes_back_is_seen_again()
    {
        var path = _folder.Write("config.json", Config("before"));
        using var watcher = Watch(path);

        File.Delete(path);
        _folder.Write("config.json", Config("after"));

        await SeenAsync("after");
    }

    [Fact]
    public async Task Pipe_that_takes_the_files_place_is_an_error_and_blocks_nothing()
    {
        var path = _folder.Write("config.json", Config("before"));
        using var watcher = Watch(path);

        File.Move(_folder.MakePipe("pipe"), path, overwrite: true);
        Assert.Contains("is a pipe", Assert.Single((await _changes.Reader.ReadAsync().Within()).Errors).Message, StringComparison.Ordinal);

        File.Move(_folder.Write("config.json~", Config("after")), path, overwrite: true);
        await SeenAsync("after");
    }

    [Fact]
    public async Task Folder_that_goes_and_comes_back_is_seen_again()
    {
        Directory.CreateDirectory(_folder.File("conf"));
        var path = _folder.Write("conf/config.json", Config("before"));
        using var watcher = Watch(path, polls: true);

        Directory.Delete(_folder.File("conf"), recursive: true);
        Directory.CreateDirectory(_folder.File("conf"));
        _folder.Write("conf/config.json", Config("after"));
        await SeenAsync("after");

        _folder.Write("conf/config.json", Config("again"));
        await SeenAsync("again");
    }

    private static string Config(string name) => ConfigText.App(name: $"\"{name}\"");

    // rename(2): .NET's moves refuse to replace a link to a folder.
    private static void Rename(string from, string to)
    {
        using var mv = System.Diagnostics.Process.Start("mv", ["-T", from, to]);
        mv.WaitForExit();
        Assert.Equal(0, mv.ExitCode);
    }

    // Without polling, unless a test is about what events cannot tell.
    private ConfigFileWatcher Watch(string path, bool polls = false) =>
        new(path, result => _changes.Writer.TryWrite(result), TimeProvider.System, polls ? TimeSpan.FromMilliseconds(100) : Timeout.InfiniteTimeSpan);

    /// <summary>Waits for a config whose app has this name; a half-written file may be reported before it.</summary>
    private async Task SeenAsync(string name)
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await _changes.Reader.ReadAsync(timeout.Token)).Config?.Apps[0].Name != name)
        {
        }
    }
}
