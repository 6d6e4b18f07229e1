using Microsoft.Extensions.Logging;

namespace Proxify.Health;

/// <summary>Watches the targets of all apps. What it learns is in each target's <see cref="TargetHealth"/>.</summary>
internal sealed class HealthMonitor : IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly IHealthObserver _observer;
    private readonly CheckLoop _loop;
    private readonly Dictionary<string, AppHealth> _apps = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public HealthMonitor(TimeProvider timeProvider, ILogger logger, IProber prober, IHealthObserver observer)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _observer = observer;
        _loop = new CheckLoop(timeProvider, prober);
    }

    public IReadOnlyCollection<AppHealth> Apps
    {
        get
        {
            lock (_gate)
                return [.. _apps.Values];
        }
    }

    /// <summary>
    /// Watches these apps as they are now; an app of the same name and a target that is the same object keep what is known of them. Others stay.
    /// </summary>
    /// <returns>The targets that these apps have no longer, with the settings under which they were watched.</returns>
    public IReadOnlyList<(TargetHealth Target, HealthSettings Settings)> Follow(
        IEnumerable<(string Name, HealthSettings Settings, HealthMember[] Members)> apps)
    {
        lock (_gate)
        {
            var gone = new List<(TargetHealth Target, HealthSettings Settings)>();
            var targets = new List<TargetHealth>();
            foreach (var (name, settings, members) in apps)
            {
                if (!_apps.TryGetValue(name, out var app))
                    _apps.Add(name, app = new AppHealth(name, _timeProvider, _logger, _loop, _observer));
                var before = app.Settings;
                gone.AddRange(app.Apply(settings, members).Select(target => (target, before)));
                targets.AddRange(members.Select(m => m.Target));
            }

            _loop.Follow(targets);
            _loop.Forget(gone.Select(g => g.Target));
            return gone;
        }
    }

    /// <summary>Watches these apps no longer.</summary>
    /// <returns>Their targets, with the settings under which they were watched.</returns>
    public List<(TargetHealth Target, HealthSettings Settings)> Forget(IEnumerable<string> apps)
    {
        lock (_gate)
        {
            var gone = new List<(TargetHealth Target, HealthSettings Settings)>();
            foreach (var name in apps)
            {
                if (!_apps.Remove(name, out var app))
                    continue;
                gone.AddRange(app.Members.Select(m => (m.Target, app.Settings)));
                app.Close();
            }

            _loop.Forget(gone.Select(g => g.Target));
            return gone;
        }
    }

    public void Dispose()
    {
        Forget(Apps.Select(app => app.Name));
        _loop.Dispose();
    }
}
