using Microsoft.Extensions.Logging;

namespace Proxify.Health;

/// <summary>Watches the targets of all apps. What it learns is in each target's <see cref="TargetHealth"/>.</summary>
internal sealed class HealthMonitor : IHealthEvents, IDisposable
{
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly CheckLoop _loop;
    private readonly Dictionary<string, AppHealth> _apps = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public HealthMonitor(TimeProvider timeProvider, ILogger logger, IProber prober)
    {
        _timeProvider = timeProvider;
        _logger = logger;
        _loop = new CheckLoop(timeProvider, prober);
    }

    /// <summary>A target has gone down by checks or silence: its sessions may have to end.</summary>
    public Action<TargetHealth>? WentDown { get; init; }

    public IReadOnlyCollection<AppHealth> Apps
    {
        get
        {
            lock (_gate)
                return [.. _apps.Values];
        }
    }

    /// <summary>Watches exactly these; an app of the same name and a target that is the same object keep what is known of them.</summary>
    /// <returns>The targets that are gone, with the settings under which they were watched.</returns>
    public IReadOnlyList<(TargetHealth Target, HealthSettings Settings)> Follow(IEnumerable<(string Name, HealthSettings Settings, HealthMember[] Members)> apps)
    {
        lock (_gate)
        {
            var before = _apps.Values.SelectMany(app => app.Members.Select(m => (m.Target, app.Settings))).ToList();
            var wanted = new HashSet<string>(StringComparer.Ordinal);
            var targets = new HashSet<TargetHealth>();
            foreach (var (name, settings, members) in apps)
            {
                wanted.Add(name);
                if (!_apps.TryGetValue(name, out var app))
                    _apps.Add(name, app = new AppHealth(name, _timeProvider, _logger, this));
                app.Apply(settings, members);
                targets.UnionWith(members.Select(m => m.Target));
            }

            foreach (var (name, gone) in _apps.Where(a => !wanted.Contains(a.Key)).ToList())
            {
                gone.Close();
                _apps.Remove(name);
            }

            _loop.Follow(targets);
            return [.. before.Where(b => !targets.Contains(b.Target))];
        }
    }

    public void Dispose()
    {
        Follow([]);
        _loop.Dispose();
    }

    void IHealthEvents.WentDown(TargetHealth target) => WentDown?.Invoke(target);

    void IHealthEvents.WentOut(TargetHealth target) => _loop.Hurry(target);
}
