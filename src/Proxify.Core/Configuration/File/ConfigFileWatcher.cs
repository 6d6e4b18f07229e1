using System.Text;

namespace Proxify.Configuration;

/// <summary>Watches a config file and reads it again when its content has changed, however it was saved: what counts is the content.</summary>
internal sealed class ConfigFileWatcher : IDisposable
{
    private readonly string _path;
    private readonly Action<ConfigResult> _changed;
    private readonly ReadFile _read;
    private readonly FolderWatcher _folder;

    // Touched by one check at a time.
    private byte[]? _seen;

    /// <summary>As <see cref="ConfigFile.ReadBytes"/>.</summary>
    internal delegate byte[]? ReadFile(string path, out ConfigError? error);

    /// <summary>Starts watching. What the file holds now counts as seen: load the config after this, and no change is lost in between.</summary>
    /// <param name="path">The file; it need not exist yet.</param>
    /// <param name="changed">
    /// Gets the new config or its errors, on a thread-pool thread, never two calls at once. Not called while the file is missing. Must not throw: an exception
    /// ends the process, as in every timer's callback.
    /// </param>
    /// <param name="time">Default: the system's.</param>
    public ConfigFileWatcher(string path, Action<ConfigResult> changed, TimeProvider? time = null)
        : this(path, changed, time ?? TimeProvider.System, FolderWatcher.PollInterval)
    {
    }

    /// <summary>With another interval of polling, and another way of reading, which may fail when a test wants it to.</summary>
    internal ConfigFileWatcher(string path, Action<ConfigResult> changed, TimeProvider time, TimeSpan pollInterval, ReadFile? read = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(changed);

        // Absolute now: the current directory may change (a daemon's does).
        _path = Path.GetFullPath(path);
        _changed = changed;
        _read = read ?? ConfigFile.ReadBytes;
        _folder = new FolderWatcher([Path.GetDirectoryName(_path) ?? "/"], Check, time, pollInterval);
        ReadIfChanged(out _);
        _folder.Start();
    }

    /// <summary>No callback begins after this; one that runs may still be running.</summary>
    public void Dispose() => _folder.Dispose();

    /// <summary>Something happened in the folder.</summary>
    internal void OnEvent() => _folder.OnEvent();

    private bool Check()
    {
        if (!ReadIfChanged(out var result))
            return false;
        if (!_folder.IsDisposed)
            _changed(result);
        return true;
    }

    private bool ReadIfChanged(out ConfigResult result)
    {
        result = null!;
        var bytes = _read(_path, out var error);
        if (error == ConfigFile.NotFound || error == ConfigFile.NotNow)
        {
            // Between two steps of somebody's save, or gone, or there is no descriptor left to read it with: the running config stays, and the next poll tries
            // again.
            return false;
        }

        // An unreadable file is a content of its own, reported once.
        var content = bytes ?? Encoding.UTF8.GetBytes(error!.Message);
        if (_seen.AsSpan().SequenceEqual(content))
            return false;

        _seen = content;
        result = ConfigFile.Read(bytes, error, _path);
        return true;
    }
}
