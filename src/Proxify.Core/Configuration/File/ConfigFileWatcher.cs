using System.Text;

namespace Proxify.Configuration;

/// <summary>
/// Watches a config file and reads it again when its content has changed, however it was saved: in place, by a rename over it, or by
/// swapping a symbolic link on the way to it (Kubernetes' <c>..data</c>). So the folder is watched, not the file, and what counts is the content.
/// </summary>
/// <remarks>
/// Events make it quick, polling makes it sure: file systems without events (NFS, some container mounts), links into other folders,
/// folders that go and come back, lost events and a used-up inotify limit all end as a change seen by the next poll.
/// </remarks>
internal sealed class ConfigFileWatcher : IDisposable
{
    /// <summary>A change is read when nothing has happened in the folder for this long: an editor's save is several events.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>A change is read after this long even when events keep coming.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    /// <summary>How often the content is compared without any event.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    private readonly string _path;
    private readonly string _folderPath;
    private readonly Action<ConfigResult> _changed;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pollInterval;
    private readonly ReadFile _read;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();

    // Under _gate.
    private long? _burstStart;
    private bool _isChecking;
    private bool _folderFailed;
    private bool _isDisposed;

    // Touched by one check at a time.
    private FileSystemWatcher? _folder;
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
        : this(path, changed, time ?? TimeProvider.System, PollInterval)
    {
    }

    /// <summary>
    /// With another interval of polling; without polling, tests see what events alone do. And with another way of reading, which may fail when a test wants it
    /// to.
    /// </summary>
    internal ConfigFileWatcher(string path, Action<ConfigResult> changed, TimeProvider time, TimeSpan pollInterval, ReadFile? read = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(changed);

        // Absolute now: the current directory may change (a daemon's does).
        _path = Path.GetFullPath(path);
        _folderPath = Path.GetDirectoryName(_path) ?? "/";
        _changed = changed;
        _time = time;
        _pollInterval = pollInterval;
        _read = read ?? ConfigFile.ReadBytes;
        _timer = _time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _isChecking = true;
        WatchFolder();
        ReadIfChanged(out _);
        EndCheck();
    }

    /// <summary>No callback begins after this; one that runs may still be running.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;

            _isDisposed = true;
            if (_isChecking)
                return;
        }

        // Outside the lock: an event's handler may be waiting for it.
        Release();
    }

    /// <summary>Something happened in the folder.</summary>
    internal void OnEvent()
    {
        lock (_gate)
        {
            _burstStart ??= _time.GetTimestamp();
            if (!_isChecking && !_isDisposed)
                Schedule();
        }
    }

    // Under _gate.
    private void Schedule()
    {
        var due = _pollInterval;
        if (_burstStart is { } start)
        {
            var left = MaxDelay - _time.GetElapsedTime(start);
            due = left < TimeSpan.Zero ? TimeSpan.Zero : left < Quiet ? left : Quiet;
        }

        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Check()
    {
        bool hadEvent, folderFailed;
        lock (_gate)
        {
            if (_isDisposed || _isChecking)
                return;

            _isChecking = true;
            hadEvent = _burstStart is not null;
            _burstStart = null;
            folderFailed = _folderFailed;
            _folderFailed = false;
        }

        if (folderFailed || !Directory.Exists(_folderPath))
            UnwatchFolder();

        WatchFolder();
        if (ReadIfChanged(out var result))
        {
            if (!hadEvent)
            {
                // The folder's watch is deaf: perhaps another folder has taken its place.
                UnwatchFolder();
                WatchFolder();
            }

            if (!IsDisposed)
                _changed(result);
        }

        EndCheck();
    }

    private void EndCheck()
    {
        lock (_gate)
        {
            _isChecking = false;
            if (!_isDisposed)
            {
                Schedule();
                return;
            }
        }

        Release();
    }

    private void Release()
    {
        _timer.Dispose();
        UnwatchFolder();
    }

    private bool IsDisposed
    {
        get
        {
            lock (_gate)
                return _isDisposed;
        }
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

    private void WatchFolder()
    {
        if (_folder is not null)
            return;

        FileSystemWatcher? folder = null;
        try
        {
            folder = new FileSystemWatcher(_folderPath)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
            };
            folder.Created += (_, _) => OnEvent();
            folder.Changed += (_, _) => OnEvent();
            folder.Renamed += (_, _) => OnEvent();
            folder.Deleted += (_, _) => OnEvent();
            folder.Error += (_, _) => OnFolderFailed();
            folder.EnableRaisingEvents = true;
            _folder = folder;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The folder is not there, or the inotify limit is reached: polling goes on, and tries this again.
            folder?.Dispose();
        }
    }

    private void UnwatchFolder()
    {
        _folder?.Dispose();
        _folder = null;
    }

    private void OnFolderFailed()
    {
        lock (_gate)
            _folderFailed = true;

        OnEvent();
    }
}
