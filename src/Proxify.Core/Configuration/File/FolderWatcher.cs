namespace Proxify.Configuration;

/// <summary>
/// Runs a check soon after something has happened in some folders, and now and then in any case; never two at once. Folders are watched and not files, so that
/// it does not matter how a file is saved: in place, by a rename over it, or by swapping a symbolic link on the way to it (Kubernetes' <c>..data</c>).
/// </summary>
/// <remarks>
/// Events make it quick, polling makes it sure: file systems without events (NFS, some container mounts), links into other folders,
/// folders that go and come back, lost events and a used-up inotify limit all end as a change seen by the next poll.
/// </remarks>
internal sealed class FolderWatcher : IDisposable
{
    /// <summary>A check waits until nothing has happened for this long: an editor's save is several events.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(100);

    /// <summary>A check comes after this long even when events keep coming.</summary>
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(1);

    /// <summary>How often a check comes without any event.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(5);

    /// <summary>Others are polled alone: each takes one of the user's inotify instances (inotify(7): 128 of them), and a thread.</summary>
    private const int MostWatched = 16;

    private readonly Func<bool> _check;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pollInterval;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();

    // Under _gate.
    private IReadOnlyCollection<string> _folders;
    private long? _burstStart;
    private bool _isChecking = true;
    private bool _hasFailed;
    private bool _isDisposed;

    // Touched by one check at a time.
    private readonly Dictionary<string, FileSystemWatcher> _watches = new(StringComparer.Ordinal);

    /// <summary>Watches from now on; checks begin with <see cref="Start"/>.</summary>
    /// <param name="folders">Absolute paths; they need not exist yet.</param>
    /// <param name="check">
    /// Runs on a thread-pool thread, and says whether anything had changed. Must not throw: an exception ends the process, as in every timer's callback.
    /// </param>
    /// <param name="time">The clock.</param>
    /// <param name="pollInterval">Without polling, tests see what events alone do.</param>
    public FolderWatcher(IReadOnlyCollection<string> folders, Func<bool> check, TimeProvider time, TimeSpan pollInterval)
    {
        (_folders, _check, _time, _pollInterval) = (folders, check, time, pollInterval);
        _timer = _time.CreateTimer(_ => Check(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Watch(folders, anew: false);
    }

    public bool IsDisposed
    {
        get
        {
            lock (_gate)
                return _isDisposed;
        }
    }

    public void Start() => EndCheck();

    /// <summary>Watches these folders instead. A check comes soon.</summary>
    public void Follow(IReadOnlyCollection<string> folders)
    {
        lock (_gate)
            _folders = folders;

        OnEvent();
    }

    /// <summary>No check begins after this; one that runs may still be running.</summary>
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

    /// <summary>Something happened.</summary>
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
        var due = _folders.Count == 0 ? Timeout.InfiniteTimeSpan : _pollInterval;
        if (_burstStart is { } start)
        {
            var left = MaxDelay - _time.GetElapsedTime(start);
            due = left < TimeSpan.Zero ? TimeSpan.Zero : left < Quiet ? left : Quiet;
        }

        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    private void Check()
    {
        bool hadEvent, hasFailed;
        IReadOnlyCollection<string> folders;
        lock (_gate)
        {
            if (_isDisposed || _isChecking)
                return;

            _isChecking = true;
            (hadEvent, _burstStart) = (_burstStart is not null, null);
            (hasFailed, _hasFailed) = (_hasFailed, false);
            folders = _folders;
        }

        Watch(folders, hasFailed);
        if (_check() && !hadEvent)
            Watch(folders, anew: true); // Its watch is deaf: perhaps another folder has taken its place.
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
        Unwatch(_watches.Keys);
    }

    /// <param name="folders">To be watched.</param>
    /// <param name="anew">Whether also those that are watched already.</param>
    private void Watch(IReadOnlyCollection<string> folders, bool anew)
    {
        Unwatch(_watches.Keys.Where(folder => anew || !folders.Contains(folder, StringComparer.Ordinal) || !Directory.Exists(folder)));
        foreach (var folder in folders.Take(MostWatched))
        {
            if (!_watches.ContainsKey(folder) && TryWatch(folder) is { } watch)
                _watches.Add(folder, watch);
        }
    }

    private FileSystemWatcher? TryWatch(string folder)
    {
        FileSystemWatcher? watch = null;
        try
        {
            watch = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite | NotifyFilters.Attributes,
            };
            watch.Created += (_, _) => OnEvent();
            watch.Changed += (_, _) => OnEvent();
            watch.Renamed += (_, _) => OnEvent();
            watch.Deleted += (_, _) => OnEvent();
            watch.Error += (_, _) => OnFailed();
            watch.EnableRaisingEvents = true;
            return watch;
        }
        catch (Exception e) when (e is IOException or ArgumentException or UnauthorizedAccessException)
        {
            // The folder is not there, or the inotify limit is reached: polling goes on, and tries this again.
            watch?.Dispose();
            return null;
        }
    }

    private void Unwatch(IEnumerable<string> folders)
    {
        foreach (var folder in folders.ToList())
        {
            if (_watches.Remove(folder, out var watch))
                watch.Dispose();
        }
    }

    private void OnFailed()
    {
        lock (_gate)
            _hasFailed = true;

        OnEvent();
    }
}
