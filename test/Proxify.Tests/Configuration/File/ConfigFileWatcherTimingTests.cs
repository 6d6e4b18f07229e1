using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;

namespace Proxify.Tests.Configuration;

/// <summary>
/// On a clock that the tests own. The watched file is a link into another folder, so that no event comes but those that a test raises.
/// </summary>
public sealed class ConfigFileWatcherTimingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly List<ConfigResult> _changes = [];
    private readonly ConfigFileWatcher _watcher;
    private bool _isOutOfDescriptors;

    public ConfigFileWatcherTimingTests()
    {
        Directory.CreateDirectory(_folder.File("data"));
        Directory.CreateDirectory(_folder.File("conf"));
        Save("before");
        File.CreateSymbolicLink(_folder.File("conf/config.json"), "../data/config.json");
        _watcher = new ConfigFileWatcher(_folder.File("conf/config.json"), _changes.Add, _time, FolderWatcher.PollInterval, Read);
    }

    private static TimeSpan Millisecond { get; } = TimeSpan.FromMilliseconds(1);

    public void Dispose()
    {
        _watcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Event_is_answered_after_the_quiet_time()
    {
        Save("after");
        _watcher.OnEvent();

        _time.Advance(FolderWatcher.Quiet - Millisecond);
        Assert.Empty(_changes);
        _time.Advance(Millisecond);
        Assert.Equal("after", Assert.Single(_changes).Config!.Apps[0].Name);
    }

    [Fact]
    public void Change_that_finds_no_descriptor_left_is_read_by_the_first_poll_that_does()
    {
        Save("after");
        _isOutOfDescriptors = true;
        _watcher.OnEvent();
        _time.Advance(FolderWatcher.PollInterval * 3);
        Assert.Empty(_changes);

        _isOutOfDescriptors = false;
        _time.Advance(FolderWatcher.PollInterval);

        Assert.Equal("after", Assert.Single(_changes).Config!.Apps[0].Name);
    }

    [Fact]
    public void Events_in_a_row_are_answered_once()
    {
        Save("after");
        for (var i = 0; i < 5; i++)
        {
            _watcher.OnEvent();
            _time.Advance(FolderWatcher.Quiet - Millisecond);
        }

        Assert.Empty(_changes);
        _time.Advance(FolderWatcher.PollInterval * 3);
        Assert.Single(_changes);
    }

    [Fact]
    public void Events_without_end_are_answered_after_the_longest_delay()
    {
        Save("after");
        var passed = TimeSpan.Zero;
        for (; _changes.Count == 0 && passed < FolderWatcher.MaxDelay * 2; passed += Millisecond * 50)
        {
            _watcher.OnEvent();
            _time.Advance(Millisecond * 50);
        }

        Assert.Equal(FolderWatcher.MaxDelay, passed);
    }

    [Fact]
    public void Change_without_an_event_is_found_by_polling()
    {
        Save("after");

        _time.Advance(FolderWatcher.PollInterval - Millisecond);
        Assert.Empty(_changes);
        _time.Advance(Millisecond);
        Assert.Single(_changes);
    }

    [Fact]
    public void Save_of_the_same_content_is_no_change()
    {
        Save("before");
        _watcher.OnEvent();
        _time.Advance(FolderWatcher.PollInterval * 2);

        Assert.Empty(_changes);
    }

    [Fact]
    public void Wrong_content_is_reported_once_and_its_correction_too()
    {
        File.WriteAllText(_folder.File("data/config.json"), "{");
        _time.Advance(FolderWatcher.PollInterval * 3);
        Assert.Single(Assert.Single(_changes).Errors);

        Save("before");
        _time.Advance(FolderWatcher.PollInterval);
        Assert.True(_changes[1].IsValid);
    }

    [Fact]
    public void Missing_file_is_no_change_until_it_is_back_with_another_content()
    {
        File.Delete(_folder.File("data/config.json"));
        _time.Advance(FolderWatcher.PollInterval * 2);
        Save("before");
        _time.Advance(FolderWatcher.PollInterval * 2);
        Assert.Empty(_changes);

        Save("after");
        _time.Advance(FolderWatcher.PollInterval);
        Assert.Single(_changes);
    }

    [Fact]
    public void Missing_folder_is_no_change_until_it_is_back()
    {
        Directory.Delete(_folder.File("data"), recursive: true);
        Directory.Delete(_folder.File("conf"), recursive: true);
        _time.Advance(FolderWatcher.PollInterval * 3);
        Assert.Empty(_changes);

        Directory.CreateDirectory(_folder.File("conf"));
        File.WriteAllText(_folder.File("conf/config.json"), ConfigText.Minimal);
        _time.Advance(FolderWatcher.PollInterval);
        Assert.Single(_changes);
    }

    [Fact]
    public void Dispose_ends_the_callbacks()
    {
        Save("after");
        _watcher.OnEvent();
        _watcher.Dispose();
        _watcher.OnEvent();
        _time.Advance(FolderWatcher.PollInterval * 3);

        Assert.Empty(_changes);
    }

    [Fact]
    public void Dispose_within_the_callback_is_possible()
    {
        using var watcher = new Holder();
        watcher.Watcher = new ConfigFileWatcher(_folder.File("conf/config.json"), _ => watcher.Watcher!.Dispose(), _time);
        Save("after");
        _time.Advance(FolderWatcher.PollInterval);
        Save("again");
        _time.Advance(FolderWatcher.PollInterval);

        Assert.Equal(2, _changes.Count);
    }

    private void Save(string name) => File.WriteAllText(_folder.File("data/config.json"), ConfigText.App(name: $"\"{name}\""));

    private sealed class Holder : IDisposable
    {
        public ConfigFileWatcher? Watcher { get; set; }

        public void Dispose() => Watcher?.Dispose();
    }

    private byte[]? Read(string path, out ConfigError? error)
    {
        if (!_isOutOfDescriptors)
            return ConfigFile.ReadBytes(path, out error);
        // As the runtime reports EMFILE.
        error = ConfigFile.Describe(new IOException("Too many open files", 24));
        return null;
    }
}
