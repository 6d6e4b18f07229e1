namespace Proxify.Health;

/// <summary>
/// When which check is due, on one timer. A round begins everything that is due by now, looks after what is under way, and sets the timer for the next. The
/// more there is to do, the longer it waits: a check of many in a row costs half as much as one by itself, whose code and data nobody has in a cache.
/// </summary>
internal sealed class CheckLoop : IDisposable
{
    /// <summary>The shortest time between rounds: what becomes due within it waits for the next one.</summary>
    public static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(10);

    /// <summary>The longest. Well below the 200 ms after which the kernel sends a handshake's ACK by itself.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMilliseconds(150);

    /// <summary>The pause after a round, for each check that it began.</summary>
    private static readonly TimeSpan PausePerCheck = TimeSpan.FromMilliseconds(2);

    /// <summary>
    /// Checks of all apps at once; more wait for a round that has room. Each takes a descriptor. An app's own bound is <see cref="CheckPlaces.Most"/>.
    /// </summary>
    public const int MostUnderWay = 4_096;

    /// <summary>Share of the interval by which each one may be shorter or longer, so that checks of several proxies do not fall into step.</summary>
    private const double Jitter = 0.15;

    private readonly TimeProvider _timeProvider;
    private readonly IProber _prober;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private readonly Dictionary<TargetHealth, CheckTask> _tasks = [];
    private readonly PriorityQueue<CheckTask, long> _queue = new();
    private readonly List<CheckTask> _due = [];
    private long _timerAt = long.MaxValue;
    private TimeSpan _pause = ShortestPause;
    private int _underWay;
    private bool _isRunning;
    private bool _isDisposed;

    public CheckLoop(TimeProvider timeProvider, IProber prober)
    {
        _timeProvider = timeProvider;
        _prober = prober;
        _timer = timeProvider.CreateTimer(static loop => ((CheckLoop)loop!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Checks these, too; new ones for the first time within an interval.</summary>
    public void Follow(IEnumerable<TargetHealth> targets)
    {
        lock (_gate)
        {
            var now = _timeProvider.GetTimestamp();
            foreach (var target in targets)
            {
                if (target.App?.Settings is not { Check: not null } settings)
                    continue;
                if (!_tasks.TryGetValue(target, out var task))
                    _tasks.Add(target, task = new CheckTask(target, Completed));
                // One that goes on is checked no later than a new interval says.
                if (!task.IsUnderWay && (!task.IsQueued || task.DueAt > now + Ticks(settings.Interval * (1 + Jitter))))
                    Enqueue(task, now + Ticks(settings.Interval * Random.Shared.NextDouble()));
            }

            Arm();
        }
    }

    /// <summary>Checks these no longer.</summary>
    public void Forget(IEnumerable<TargetHealth> targets)
    {
        lock (_gate)
        {
            foreach (var target in targets)
            {
                if (_tasks.Remove(target, out var task))
                    task.IsStopped = true;
            }
        }
    }

    /// <summary>
    /// The target has just gone out: its next check comes no later than after half the fast interval. Most that go out are being restarted, and back before a
    /// whole one is over.
    /// </summary>
    public void Hurry(TargetHealth target)
    {
        lock (_gate)
        {
            if (!_tasks.TryGetValue(target, out var task) || task.IsUnderWay || target.App?.Settings is not { Check: not null } settings)
                return;
            var due = _timeProvider.GetTimestamp() + Ticks(Jittered(settings.FastInterval / 2));
            if (task.DueAt <= due)
                return;
            Enqueue(task, due);
            Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
                return;
            _isDisposed = true;
            _timer.Dispose();
            if (!_isRunning)
                _prober.Dispose();
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            if (_isRunning || _isDisposed)
                return;
            _isRunning = true;
            _timerAt = long.MaxValue;
        }

        var now = _timeProvider.GetTimestamp();
        lock (_gate)
        {
            _due.Clear();
            while (_underWay < MostUnderWay && _queue.TryPeek(out var task, out var due) && due <= now)
            {
                _queue.Dequeue();
                if (task.IsQueuedFor(due))
                    Begin(task, now);
            }
        }

        foreach (var task in _due)
            _prober.Begin(task);
        var wantsMore = _prober.Collect();
        var pause = PausePerCheck * _due.Count;
        _pause = pause < ShortestPause ? ShortestPause : pause > LongestPause ? LongestPause : pause;

        lock (_gate)
        {
            _isRunning = false;
            if (_isDisposed)
                _prober.Dispose();
            else
                Arm(wantsMore);
        }
    }

    private void Begin(CheckTask task, long now)
    {
        var place = task.Target.App?.CheckPlaces;
        if (place?.TryEnter(task) == false)
            return;
        task.IsQueued = false;
        task.Place = place;
        if (task.TryBegin(now))
        {
            _underWay++;
            _due.Add(task);
        }
        else
        {
            Leave(task);
        }
    }

    private void Leave(CheckTask task)
    {
        if (task.Place?.Leave() is { } next)
            _queue.Enqueue(next, next.DueAt);
        task.Place = null;
    }

    private void Completed(CheckTask task, CheckResult result)
    {
        var wasBack = task.Target.IsBack;
        task.Target.TakeCheck(result, task.Problem);
        var hasGoneOut = wasBack && !task.Target.IsBack;
        lock (_gate)
        {
            _underWay--;
            Leave(task);
            if (!task.IsStopped && task.Target.App?.Settings is { Check: not null } settings)
                EnqueueNext(task, settings, hasGoneOut);
            Arm(); // also where nothing follows: the place is another one's now
        }
    }

    private void EnqueueNext(CheckTask task, HealthSettings settings, bool hasGoneOut)
    {
        var interval = task.Target.Record is { IsChanging: true } && settings.FastInterval < settings.Interval ? settings.FastInterval : settings.Interval;
        if (hasGoneOut)
            interval = Shorter(interval, settings.FastInterval / 2);
        // From when it was due, not from when its round came: rounds do not slow the pace down.
        Enqueue(task, Math.Max(task.DueAt + Ticks(Jittered(interval)), _timeProvider.GetTimestamp()));
    }

    private void Enqueue(CheckTask task, long due)
    {
        task.DueAt = due;
        task.IsQueued = true;
        _queue.Enqueue(task, due);
    }

    private void Arm(bool soon = false)
    {
        if (_isRunning || _isDisposed)
            return;
        var now = _timeProvider.GetTimestamp();
        var earliest = now + Ticks(_pause);
        var at = soon ? earliest : _queue.TryPeek(out _, out var due) ? Math.Max(due, earliest) : long.MaxValue;
        if (at >= _timerAt)
            return;
        _timerAt = at;
        _timer.Change(_timeProvider.GetElapsedTime(now, at), Timeout.InfiniteTimeSpan);
    }

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * _timeProvider.TimestampFrequency);

    private static TimeSpan Jittered(TimeSpan time) => time * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));
}
