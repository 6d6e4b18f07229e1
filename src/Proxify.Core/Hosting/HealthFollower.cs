using Microsoft.Extensions.Logging;
using Proxify.Handover;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>Has health follow what is in force, and sessions follow health: who is watched, and what becomes of those whose target is down or gone.</summary>
internal sealed class HealthFollower : IRuntimeObserver, IHealthObserver, IDisposable
{
    private readonly HealthMonitor _monitor;
    private readonly SilenceSweep _silence;
    private readonly TargetSessions _sessions;
    private readonly Lock _gate = new();
    private Dictionary<(string App, string Target, string Endpoint), HealthState> _known = [];
    private bool _isWatching;

    public HealthFollower(SessionRegistry registry, TimeProvider timeProvider, ILogger logger)
    {
        _monitor = new HealthMonitor(timeProvider, logger, new Prober(timeProvider), this);
        _silence = new SilenceSweep(registry, timeProvider);
        _sessions = new TargetSessions(registry, timeProvider, logger);
    }

    public TargetSessions Sessions => _sessions;

    public IReadOnlyCollection<AppHealth> Apps => _monitor.Apps;

    /// <summary>
    /// What another process has known of targets: holds for those that are watched from now on, whenever they come up. Before <see cref="Start"/>.
    /// </summary>
    public void Resume(IEnumerable<HandedTarget> known) => _known = known.ToDictionary(static t => (t.App, t.Target, t.Endpoint), static t => t.Health);

    /// <summary>For another process.</summary>
    public static IReadOnlyList<HandedTarget> Describe(ProxyModel model) =>
    [
        .. from app in model.Apps
           from endpoint in app.State.Group.Endpoints
           let state = endpoint.State
           let health = state.Health.Describe()
           where health is not null
           select new HandedTarget(app.Name, state.Address, state.EndpointText, health),
    ];

    /// <summary>Watches from now on. Changes that come before are not looked at.</summary>
    /// <param name="model">In force.</param>
    public void Start(ProxyModel model)
    {
        lock (_gate)
        {
            _isWatching = true;
            Follow(RuntimeChange.Between(before: null, model));
        }
    }

    public void OnChange(RuntimeChange change)
    {
        IReadOnlyList<(TargetHealth Target, HealthSettings Settings)> gone;
        lock (_gate)
        {
            if (!_isWatching)
                return;
            gone = Follow(change);
        }

        var within = new Dictionary<TargetHealth, TimeSpan>();
        foreach (var (target, settings) in gone)
        {
            if (settings.ResetOnRemove is { } time)
                within[target] = time;
        }

        _sessions.Reset(within, TerminationReason.TargetRemoved);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isWatching = false;
            _monitor.Dispose();
            _silence.Dispose();
        }
    }

    /// <summary>Only what has changed: the other apps, and their checks, are not looked at.</summary>
    private List<(TargetHealth Target, HealthSettings Settings)> Follow(RuntimeChange change)
    {
        var gone = _monitor.Forget(change.Removed.Select(app => app.Name));
        AppModel[] watched = [.. change.Added, .. change.Changed, .. change.Regrouped];
        gone.AddRange(_monitor.Follow(Watched(watched)));
        if (_known.Count > 0)
            Resume(watched);
        if (change.Regrouped.Count == 0)
            _silence.Follow(change.Model.Apps.Min(app => app.Health.FirstByte));
        return gone;
    }

    private void Resume(AppModel[] apps)
    {
        foreach (var app in apps)
        {
            foreach (var endpoint in app.State.Group.Endpoints)
            {
                if (_known.Remove((app.Name, endpoint.State.Address, endpoint.State.EndpointText), out var health))
                    endpoint.State.Health.Resume(health);
            }
        }
    }

    void IHealthObserver.WentDown(TargetHealth target)
    {
        if (target.App?.Settings.ResetOnDown is { } time)
            _sessions.Reset(target, time, TerminationReason.TargetDown);
    }

    private static IEnumerable<(string Name, HealthSettings Settings, HealthMember[] Members)> Watched(IEnumerable<AppModel> apps) =>
        apps.Select(app => (app.Name, app.Health, app.State.Group.Endpoints.Select(e => new HealthMember(e.State.Health, e.Weight > 0, e.IsBackup)).ToArray()));
}
