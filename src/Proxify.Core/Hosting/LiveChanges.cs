using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;

namespace Proxify.Hosting;

/// <summary>Changes what is in force besides the config. <see cref="ProxyServer"/> says what each means.</summary>
/// <param name="server">Whose.</param>
/// <param name="logger">Told of each.</param>
/// <param name="ifGeneration">Only if this is still the generation in force; null: whichever is.</param>
/// <exception cref="StaleGenerationException">Of each change: it is not.</exception>
internal sealed class LiveChanges(ProxyServer server, ILogger logger, long? ifGeneration)
{
    public async Task<int> SetWeightAsync(string app, string target, int? weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight ?? 0, nameof(weight));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight ?? 0, TargetOptions.MostWeight, nameof(weight));
        var before = 0;
        await ChangeAsync(
            model =>
            {
                before = FindTarget(model.Overrides.ApplyTo(model.Config), app, target).Weight;
                var own = model.Overrides.Targets.GetValueOrDefault((app, target)) ?? FindTarget(model.Config, app, target);
                return model.Overrides.WithWeight(app, own, weight);
            },
            () => HostingLog.WeightSet(logger, app, target, weight is { } value ? $"{value}" : "the config's again"));
        return before;
    }

    public Task AddPortAsync(string app, int port) => ChangeAsync(
        model =>
        {
            _ = FindApp(model.Config, app);
            return Validated(model.Config, model.Overrides.WithPort(app, port));
        },
        () => HostingLog.PortAdded(logger, port, app));

    public Task RemovePortAsync(string app, int port) => ChangeAsync(
        model => model.Overrides.Ports.Contains((app, port)) ? model.Overrides.WithoutPort(app, port)
            : throw new ArgumentException($"port {port} was not added to app {app} at run time", nameof(port)),
        () => HostingLog.PortRemoved(logger, port, app));

    public Task AddTargetAsync(string app, TargetConfig target) => ChangeAsync(
        model =>
        {
            if (FindApp(model.Overrides.ApplyTo(model.Config), app).Targets.Any(t => t.Address == target.Address))
                throw new ArgumentException($"app {app} has target {target.Address} already", nameof(target));
            var isConfigured = FindApp(model.Config, app).Targets.Any(t => t.Address == target.Address);
            return Validated(model.Config,
                isConfigured ? model.Overrides.WithConfiguredTarget(app, target.Address) : model.Overrides.WithTarget(app, target));
        },
        () => HostingLog.TargetAdded(logger, target.Address, app));

    public Task RemoveTargetAsync(string app, string target) => ChangeAsync(
        model =>
        {
            _ = FindTarget(model.Overrides.ApplyTo(model.Config), app, target);
            return Validated(model.Config, model.Overrides.WithoutTarget(app, target));
        },
        () => HostingLog.TargetTaken(logger, target, app));

    public async Task<bool> SetPauseAsync(string app, bool isPaused)
    {
        var hasChanged = false;
        await ChangeAsync(
            model =>
            {
                _ = FindApp(model.Config, app);
                hasChanged = model.Overrides.Paused.Contains(app) != isPaused;
                return model.Overrides.WithPause(app, isPaused);
            },
            () => HostingLog.AppPaused(logger, app, isPaused ? "takes no connections any more" : "takes connections again"));
        return hasChanged;
    }

    /// <summary>Resets live sessions, each recorded as <see cref="TerminationReason.Killed"/>.</summary>
    /// <returns>How many.</returns>
    public int Kill(Func<Session, bool> which)
    {
        var killed = 0;
        foreach (var session in server.Sessions.SnapshotWithShared())
        {
            if (!session.IsAborted && which(session))
            {
                session.Abort(TerminationReason.Killed);
                killed++;
            }
        }

        if (killed > 0)
            HostingLog.SessionsKilled(logger, Count.Of(killed, "session"));
        return killed;
    }

    /// <summary>Resets the live sessions of a target that is drained, spread evenly over a time; it ends when the target may have sessions again.</summary>
    public void ResetDrained(string app, string target, TimeSpan within)
    {
        foreach (var endpoint in Endpoints())
            server.TargetSessions.Reset(endpoint.State.Health, within, TerminationReason.Killed, () => !Endpoints().Any(e => e.Weight == 0));

        IEnumerable<TargetEndpoint> Endpoints() =>
            server.Runtime.Current.Apps.Where(a => a.Name == app).SelectMany(a => a.State.Group.Endpoints).Where(e => e.State.Address == target);
    }

    private Task ChangeAsync(Func<ProxyModel, Overrides> change, Action log) => server.ChangeAsync(
        model =>
        {
            if (ifGeneration is { } expected && expected != server.Runtime.Generation)
                throw new StaleGenerationException();
            return (model.Config, change(model));
        },
        log);

    private Overrides Validated(ProxyConfig config, Overrides overrides)
    {
        server.Validate(overrides.ToBeValidated(config));
        return overrides;
    }

    private static AppConfig FindApp(ProxyConfig config, string app) =>
        config.Apps.FirstOrDefault(a => a.Name == app) ?? throw new ArgumentException($"no app is named {app}", nameof(app));

    private static TargetConfig FindTarget(ProxyConfig config, string app, string target) =>
        FindApp(config, app).Targets.FirstOrDefault(t => t.Address == target)
        ?? throw new ArgumentException($"app {app} has no target {target}", nameof(target));
}
