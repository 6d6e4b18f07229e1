using Microsoft.Extensions.Logging;
using Proxify.Health;
using Proxify.Model;
using Proxify.Sessions;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>Keeps health up to date with the model: who is watched, and what becomes of the sessions of targets that are down or gone.</summary>
internal sealed class HealthWatch : IDisposable
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
        _monitor = new HealthMonitor(timeProvider, logger, new Prober(timeProvider)) { WentDown = ResetOnDown };
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
            gone = _monitor.Follow(apps.Select(app => (
                app.Name, app.Health, app.Group.Endpoints.Select(e => new HealthMember(e.State.Health, e.Weight > 0, e.IsBackup)).ToArray())));
            _silence.Follow(apps.Min(app => app.Health.FirstByte));
        }

        foreach (var (target, settings) in gone)
            Reset(target, settings.ResetOnRemove, TerminationReason.TargetRemoved);
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

    private void ResetOnDown(TargetHealth target) => Reset(target, target.App?.Settings.ResetOnDown, TerminationReason.TargetDown);

    private void Reset(TargetHealth target, TimeSpan? within, TerminationReason reason)
    {
        if (within is { } time)
            _sessions.Reset(target, time, reason);
    }
}
