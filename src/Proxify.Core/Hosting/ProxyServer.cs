using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Resolution;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Steering;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>A running proxy: started once, given new configs any number of times, stopped once.</summary>
public sealed class ProxyServer : IAsyncDisposable
{
    private readonly ITransport _transport;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ProxyRuntime _runtime;
    private readonly SessionRegistry _registry = new();
    private readonly ArrivalRegistry _arrivals;
    private readonly ProxyMetrics _metrics;
    private readonly NameResolver _resolver;
    private readonly HealthFollower _health;
    private readonly TlsFollower _tls;
    private readonly IEntrance _entrance;
    private readonly RefusalLog _refusals;
    private readonly KernelRefusals? _kernelRefusals;
    private readonly Rollout _rollout;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SteeringOptions? _steering;
    private bool _started;
    private bool _stopped;
    private bool _disposed;

    /// <param name="config">The first config.</param>
    /// <param name="transport">How bytes move; disposed with the server.</param>
    /// <param name="loggerFactory">Categories <c>Proxify</c> and <c>Proxify.AccessLog</c>.</param>
    /// <param name="timeProvider">The clock of everything that waits.</param>
    /// <param name="meterFactory">Makes the meter <c>Proxify</c>; without one it is made directly.</param>
    /// <param name="steering">One steered listener instead of one for each port. Null (default): native listeners.</param>
    /// <exception cref="InvalidConfigException">The config has errors.</exception>
    internal ProxyServer(
        ProxyConfig config, ITransport transport, ILoggerFactory loggerFactory, TimeProvider timeProvider, IMeterFactory? meterFactory = null,
        SteeringOptions? steering = null)
    {
        _steering = steering;
        Validate(config);
        _transport = transport;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Proxify");
        var model = ModelBuilder.Build(config, previous: null);
        _health = new HealthFollower(_registry, timeProvider, _logger);
        _tls = new TlsFollower(timeProvider, _logger);
        _runtime = new ProxyRuntime(model, new RuntimeObserverList(_health, _tls));
        _resolver = new NameResolver(new NameLookup(timeProvider).ResolveAsync, _runtime.TakeAnswer, timeProvider, _logger);
        var ports = steering is null ? null : new SteeredPorts(steering.Program, steering.Port, _logger);
        var owner = (IPortOwner?)ports ?? new NativePorts();
        _refusals = new RefusalLog(timeProvider, _logger);
        var counters = new SessionCounters();
        _metrics = new ProxyMetrics(meterFactory, _runtime, _registry, counters, _health, transport, ports);
        // The log comes last: whoever has read a record finds it counted.
        var observer = new SessionObserverList(
            new HealthEvidence(timeProvider), counters, _metrics, _refusals,
            new AccessLog(_runtime, timeProvider, loggerFactory.CreateLogger("Proxify.AccessLog")));
        var handler = new SessionPipeline(_runtime, _registry, owner, observer, timeProvider, _logger);
        _arrivals = handler.Arrivals;
        _entrance = steering is null
            ? new NativeEntrance(transport, handler, timeProvider) : new SteeredEntrance(steering, ports!, transport, handler, _logger);
        _kernelRefusals = ports is null ? null : new KernelRefusals(() => ports.Counters, timeProvider, _logger);
        _rollout = new Rollout(_runtime, _resolver, _entrance, transport, new CapacityWarnings(transport, steering is not null, _logger));
    }

    /// <summary>The config in force.</summary>
    public ProxyConfig Config => _runtime.Current.Config;

    /// <summary>Live sessions.</summary>
    public int ActiveSessions => _registry.Count;

    /// <summary>Lets clients in.</summary>
    /// <exception cref="ProxyStartException">At least one port cannot be bound, or the kernel refuses to steer; lists everything.</exception>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile: nobody has been let in.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        await _rollout.BeginAsync(cancellation);
        _started = true;
        _health.Start(_runtime.Current);
        _tls.Start(_runtime.Current);
        HostingLog.Started(_logger, _entrance.Summary, Count.Of(Config.Apps.Count, "app"), _transport.Name);
    }

    /// <summary>
    /// Brings a new config into force, or changes nothing and throws. Live sessions are untouched, even those whose app or target is gone; ports that both
    /// configs have are not closed for a moment. What was changed at run time stays: see <see cref="SetWeightAsync"/>, <see cref="AddPortAsync"/>; but a port
    /// that the config would have errors with is closed, and a warning logged.
    /// </summary>
    /// <exception cref="InvalidConfigException">The config has errors.</exception>
    /// <exception cref="ProxyStartException">A new port cannot be bound.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public async Task ApplyAsync(ProxyConfig config)
    {
        Validate(config);
        var dropped = new List<(string App, int Port, ConfigError Error)>();
        await ChangeAsync(
            model => (config, model.Overrides.On(config, Errors, dropped)),
            () =>
            {
                HostingLog.ConfigReloaded(_logger, _entrance.Summary, Count.Of(config.Apps.Count, "app"));
                HostingLog.PortsDropped(_logger, dropped);
            });
    }

    /// <summary>
    /// Gives a target another weight than its config does, at once and for new sessions. It holds until the config's own weight of the target changes, the
    /// target leaves the config, or the process ends; it survives reloads that do neither.
    /// </summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="target">The target's <see cref="TargetConfig.Address"/>, as the config writes it.</param>
    /// <param name="weight">
    /// 0-256; 0 drains the target: it gets no new sessions, and its live ones go on. A service's own weights stand before any but 0. Null: the config's own.
    /// </param>
    /// <exception cref="ArgumentException">There is no such app, or it has no such target.</exception>
    /// <exception cref="ArgumentOutOfRangeException">No such weight.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public async Task SetWeightAsync(string app, string target, int? weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(weight ?? 0, nameof(weight));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight ?? 0, TargetOptions.MostWeight, nameof(weight));
        await ChangeAsync(
            model => (model.Config, model.Overrides.WithWeight(app, Find(model.Config), weight)),
            () => HostingLog.WeightSet(_logger, app, target, weight is { } value ? $"{value}" : "the config's again"));

        TargetConfig Find(ProxyConfig config) => FindApp(config, app).Targets.FirstOrDefault(t => t.Address == target)
            ?? throw new ArgumentException($"app {app} has no target {target}", nameof(target));
    }

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
    public Task AddPortAsync(string app, int port) => ChangeAsync(
        model =>
        {
            _ = FindApp(model.Config, app);
            var added = model.Overrides.WithPort(app, port);
            Validate(added.WithoutWeights().ApplyTo(model.Config));
            return (model.Config, added);
        },
        () => HostingLog.PortAdded(_logger, port, app));

    /// <summary>Closes a port that <see cref="AddPortAsync"/> has opened; its live sessions go on.</summary>
    /// <param name="app">The app's <see cref="AppConfig.Name"/>.</param>
    /// <param name="port">1-65535.</param>
    /// <exception cref="ArgumentException">It has not been added at run time.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public Task RemovePortAsync(string app, int port) => ChangeAsync(
        model => model.Overrides.HasPort(app, port) ? (model.Config, model.Overrides.WithoutPort(app, port))
            : throw new ArgumentException($"port {port} was not added to app {app} at run time", nameof(port)),
        () => HostingLog.PortRemoved(_logger, port, app));

    /// <summary>
    /// Stops accepting, lets each app's sessions end by themselves for its <see cref="TimeoutsConfig.Drain"/>, then resets what is left.
    /// Cancelling <paramref name="now"/> resets at once.
    /// </summary>
    public async Task StopAsync(CancellationToken now)
    {
        await _stopping.CancelAsync(); // a change may have a million sockets to bind
        await _changing.WaitAsync(CancellationToken.None);
        try
        {
            if (_stopped)
                return;
            _stopped = true;
            if (_started)
                HostingLog.Stopping(_logger, Count.Of(_registry.Count, "session"));
            await _entrance.CloseAsync();
            _kernelRefusals?.Dispose();
            await SessionDrain.RunAsync(_arrivals, _registry, _timeProvider, now);
            // Not before: those who are still served, or wait in a queue, shall not be sent to targets that are known to be down.
            _health.Dispose();
            _tls.Dispose();
            _refusals.Dispose();
            await _resolver.DisposeAsync();
            if (_started)
                HostingLog.Stopped(_logger);
        }
        finally
        {
            _changing.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await StopAsync(new CancellationToken(canceled: true));
        await _transport.DisposeAsync();
        _metrics.Dispose();
        _changing.Dispose();
        _stopping.Dispose();
    }

    internal void RecordReload(bool applied) => _metrics.RecordReload(applied);

    /// <param name="change">What is to be in force after the model that is.</param>
    /// <param name="log">Tells of it when it is.</param>
    private async Task ChangeAsync(Func<ProxyModel, (ProxyConfig Config, Overrides Overrides)> change, Action log)
    {
        await _changing.WaitAsync();
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var (config, overrides) = change(_runtime.Current);
            await _rollout.ApplyAsync(config, overrides, _stopping.Token);
            log();
        }
        finally
        {
            _changing.Release();
        }
    }

    private static AppConfig FindApp(ProxyConfig config, string app) =>
        config.Apps.FirstOrDefault(a => a.Name == app) ?? throw new ArgumentException($"no app is named {app}", nameof(app));

    private void Validate(ProxyConfig config)
    {
        if (Errors(config) is { Count: > 0 } errors)
            throw new InvalidConfigException(errors);
    }

    private IReadOnlyList<ConfigError> Errors(ProxyConfig config) => _steering is null
        ? ConfigValidator.Validate(config)
        : [.. ConfigValidator.Validate(config), .. ConfigValidator.ValidateForSteering(config, _steering.Port, KernelLayout.MaxApps)];
}
