namespace Proxify.Configuration;

/// <summary>A file, which is read again when it changes.</summary>
/// <param name="path">As the user wrote it.</param>
/// <param name="time">The clock.</param>
internal sealed class ConfigFileSource(string path, TimeProvider time) : IConfigSource
{
    private ConfigFileWatcher? _watcher;

    public string Name => path;

    public void Follow(Func<Func<ConfigResult>, Task> changed) =>
        _watcher = new ConfigFileWatcher(path, seen => _ = changed(() => ConfigFile.LoadOr(path, seen)), time);

    public Task<ConfigResult> LoadAsync(CancellationToken cancellation) => Task.FromResult(ConfigFile.Load(path));

    /// <summary>The file's author is there to mend it.</summary>
    public ConfigResult? LastGood(IReadOnlyList<string> problems) => null;

    public void Conclude(IReadOnlyList<string> problems)
    {
    }

    public void Dispose() => _watcher?.Dispose();
}
