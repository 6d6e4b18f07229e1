using System.Collections.Immutable;
using Proxify.Configuration;

namespace Proxify.Hosting;

/// <summary>What can be changed while it runs, besides the config. Changes survive reloads; all end with the process.</summary>
public sealed partial class ProxyServer
{
    /// <summary>
    /// Gives a target another weight than its config does, at once and for new sessions. It holds until the config's own weight of the target changes, the
    /// target leaves the config, or the process ends; it survives reloads that do neither.
    /// </summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="target">The target's <see cref="TargetConfig.Address"/>, as the config writes it.</param>
    /// <param name="weight">
    /// 0-256; 0 drains the target: it gets no new sessions, and its live ones go on. A service's own weights stand before any but 0. Null: the config's own.
    /// </param>
    /// <returns>The weight that it had.</returns>
    /// <exception cref="ArgumentException">There is no such app, or it has no such target.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such weight.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task<int> SetWeightAsync(string app, string target, int? weight) => Changes().SetWeightAsync(app, target, weight);

    /// <summary>
    /// Opens one more port for an app, at the addresses of its <see cref="AppConfig.Bind"/>. It stays open until it is closed, the app leaves the config,
    /// its own config has the port or a config would have errors with it, or the process ends; it survives reloads that do none of these.
    /// </summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="port">1-65535.</param>
    /// <exception cref="ArgumentException">There is no such app.</exception>
    /// <exception cref="InvalidConfigException">
    /// The config would have errors if it had the port: another app takes the same clients of it, for one, or a target would lead back to it.
    /// </exception>
    /// <exception cref="ProxyStartException">The port cannot be bound.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task AddPortAsync(string app, int port) => Changes().AddPortAsync(app, port);

    /// <summary>Closes a port that <see cref="AddPortAsync"/> has opened; its live sessions go on.</summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="port">1-65535.</param>
    /// <exception cref="ArgumentException">It has not been added at run time.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task RemovePortAsync(string app, int port) => Changes().RemovePortAsync(app, port);

    /// <summary>Gives an app one more target, until the app leaves the config, or the config itself has the target.</summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="target">One that the app does not have.</param>
    /// <exception cref="ArgumentException">There is no such app, or it has such a target.</exception>
    /// <exception cref="InvalidConfigException">The config would have errors if it had the target.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task AddTargetAsync(string app, TargetConfig target) => Changes().AddTargetAsync(app, target);

    /// <summary>Takes a target from an app, until it has left the config, or <see cref="AddTargetAsync"/> brings it back.</summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="target">The target's <see cref="TargetConfig.Address"/>.</param>
    /// <exception cref="ArgumentException">There is no such app, or it has no such target.</exception>
    /// <exception cref="InvalidConfigException">The config would have errors without the target: it is the app's last one, for one.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task RemoveTargetAsync(string app, string target) => Changes().RemoveTargetAsync(app, target);

    /// <summary>Closes an app's ports, until <see cref="ResumeAsync"/> opens them. Its live sessions go on; connections are refused.</summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <returns>Whether it took connections.</returns>
    /// <exception cref="ArgumentException">There is no such app.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task<bool> PauseAsync(string app) => Changes().SetPauseAsync(app, isPaused: true);

    /// <summary>Opens an app's ports that <see cref="PauseAsync"/> has closed.</summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <returns>Whether it took none.</returns>
    /// <exception cref="ArgumentException">There is no such app.</exception>
    /// <exception cref="ProxyStartException">A port cannot be bound.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task<bool> ResumeAsync(string app) => Changes().SetPauseAsync(app, isPaused: false);

    /// <summary>Puts what was said for all proxies of a config in the place of what was.</summary>
    /// <param name="marks">Of targets that the config does not have, too: they wait for it.</param>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    internal async Task SetMarksAsync(ImmutableDictionary<(string App, string Target), TargetMark> marks)
    {
        var before = marks;
        await ChangeAsync(
            model =>
            {
                before = model.Config.Marks;
                return (model.Config with { Marks = marks }, model.Overrides);
            },
            () => HostingLog.MarksChanged(_logger, before, marks));
    }

    /// <param name="ifGeneration">Only if this is still the generation in force; null: whichever is.</param>
    internal LiveChanges Changes(long? ifGeneration = null) => new(this, _logger, ifGeneration);
}
