using Microsoft.Extensions.Logging;
using Proxify.Health;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>Keeps health up to date with the model: who is watched, and what becomes of the sessions of targets that are down or gone.</summary>
internal sealed class HealthWatch : IHealthObserver, IDisposable
{
    private readonly ModelHolder _models;
    private readonly HealthMonitor _monitor;
    private readonly SilenceSweep _silence;
    private readonly TargetSessions _sessions;
    private readonly Lock _gate = new();
    private bool _isStopped;

    public HealthWatch(ModelHolder models, SessionRegistry registry, TimeProvider timeProvider, ILogger logger)
    {
        _models = models;
        _monitor = new HealthMonitor(timeProvider, logger, new Prober(timeProvider), this);
        _silence = new SilenceSweep(registry, timeProvider);
        _sessions = new TargetSessions(registry, timeProvider, logger);
    }

    public IReadOnlyCollection<AppHealth> Apps => _monitor.Apps;

    /// <summary>Follows the model that is in force now. From any thread.</summary>
    public void Follow()
    {
        IReadOnlyList<(TargetHealth Target, HealthSettings Settings)> gone;
        lock (_gate)
        {
            if (_isStopped)
                return;
            var apps = _models.Current.Apps;
            gone = _monitor.Follow(Watched(apps));
            _silence.Follow(apps.Min(app => app.Health.FirstByte));
        }

        ResetRemoved(gone);
    }

    /// <summary>Follows the apps that names have given other endpoints; the others, and their checks, are not looked at.</summary>
    public void FollowRegrouped(ProxyModel model, IReadOnlyCollection<AppModel> apps)
    {
        IReadOnlyList<(TargetHealth Target, HealthSettings Settings)> gone;
        lock (_gate)
        {
            // Another model takes up answers itself when it comes into force, and is followed whole.
            if (_isStopped || model != _models.Current)
                return;
            gone = _monitor.FollowChanged(Watched(apps));
        }

        ResetRemoved(gone);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isStopped = true;
            _monitor.Dispose();
            _silence.Dispose();
        }
    }

    void IHealthObserver.WentDown(TargetHealth target) => Reset(target, target.App?.Settings.ResetOnDown, TerminationReason.TargetDown);

    private static IEnumerable<(string Name, HealthSettings Settings, HealthMember[] Members)> Watched(IEnumerable<AppModel> apps) =>
        apps.Select(app => (app.Name, app.Health, app.Group.Endpoints.Select(e => new HealthMember(e.State.Health, e.Weight > 0, e.IsBackup)).ToArray()));

    private void ResetRemoved(IReadOnlyList<(TargetHealth Target, HealthSettings Settings)> gone)
    {
        foreach (var (target, settings) in gone)
            Reset(target, settings.ResetOnRemove, TerminationReason.TargetRemoved);
    }

    private void Reset(TargetHealth target, TimeSpan? within, TerminationReason reason)
    {
        if (within is { } time)
            _sessions.Reset(target, time, reason);
    }
}
