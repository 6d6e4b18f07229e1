using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Handover;
using Proxify.Multiplexing;
using Proxify.Resolution;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Steering;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>A running proxy: started once, given new configs any number of times, stopped once.</summary>
public sealed partial class ProxyServer : IAsyncDisposable
{
    private readonly ITransport _transport;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ProxyRuntime _runtime;
    private readonly SessionRegistry _registry = new();
    private readonly ArrivalRegistry _arrivals;
    private readonly SessionPipeline _pipeline;
    private readonly SessionCounters _counters;
    private readonly ProxyMetrics _metrics;
    private readonly NameResolver _resolver;
    private readonly HealthFollower _health;
    private readonly TlsFollower _tls;
    private readonly IEntrance _entrance;
    private readonly RefusalLog _refusals;
    private readonly InterimRecords _interim;
    private readonly SessionSpans _spans;
    private readonly KernelRefusals? _kernelRefusals;
    private readonly Rollout _rollout;
    private readonly KeptOverrides _kept;
    private readonly AdminConfig _admin;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SteeringOptions? _steering;
    private readonly Succession? _succession;
    private readonly GivenSockets? _given;
    private readonly SteeredPorts? _ports;
    private bool _started;
    private bool _stopped;
    private bool _disposed;

    /// <param name="config">The first config.</param>
    /// <param name="transport">How bytes move; disposed with the server.</param>
    /// <param name="loggerFactory">Categories <c>Proxify</c> and <c>Proxify.AccessLog</c>.</param>
    /// <param name="timeProvider">The clock of everything that waits.</param>
    /// <param name="meterFactory">Makes the meter <c>Proxify</c>; without one it is made directly.</param>
    /// <param name="steering">One steered listener instead of one for each port. Null (default): native listeners.</param>
    /// <param name="store">Keeps the changes made at run time beyond the process. Null (default): they end with it.</param>
    /// <param name="succession">A process whose place this one takes. Null (default): there is none.</param>
    /// <param name="given">Sockets that listen already. Null (default): there are none.</param>
    /// <exception cref="InvalidConfigException">The config has errors.</exception>
    internal ProxyServer(
        ProxyConfig config, ITransport transport, ILoggerFactory loggerFactory, TimeProvider timeProvider, IMeterFactory? meterFactory = null,
        SteeringOptions? steering = null, IOverridesStore? store = null, Succession? succession = null, GivenSockets? given = null)
    {
        _steering = steering;
        _succession = succession;
        _given = given;
        Validate(config);
        _admin = config.Admin;
        _transport = transport;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Proxify");
        _kept = new KeptOverrides(store, _logger, succession?.Changes);
        var model = ModelBuilder.Build(config, previous: null, _kept.On(config, Errors));
        _health = new HealthFollower(_registry, timeProvider, _logger);
        _tls = new TlsFollower(timeProvider, _logger);
        var accessLog = new AccessLog(timeProvider, loggerFactory.CreateLogger("Proxify.AccessLog"));
        _interim = new InterimRecords(_registry, accessLog, timeProvider);
        _runtime = new ProxyRuntime(model, new RuntimeObserverList(_health, _tls, _interim));
        _resolver = new NameResolver(new NameLookup(timeProvider).ResolveAsync, _runtime.TakeAnswer, timeProvider, _logger);
        _ports = steering is null ? null : new SteeredPorts(steering.Program, steering.Port, _logger);
        var owner = (IPortOwner?)_ports ?? new NativePorts();
        _refusals = new RefusalLog(timeProvider, _logger);
        _counters = new SessionCounters(timeProvider);
        _metrics = new ProxyMetrics(meterFactory, _runtime, _registry, _counters, _health, transport, _ports);
        _spans = new SessionSpans(timeProvider);
        // The log comes last: whoever has read a record finds it counted.
        var observer = new SessionObserverList(new HealthEvidence(timeProvider), _counters, _metrics, _refusals, _spans, accessLog);
        var handler = new SessionPipeline(
            _runtime, _registry, owner, observer, timeProvider, _logger,
            (relay, dialer) => new MultiplexedProtocol(relay, dialer, transport.Workers, _registry, timeProvider, _logger));
        _arrivals = handler.Arrivals;
        _pipeline = handler;
        var inheritance = succession is null ? null : new Inheritance(succession.Predecessor, transport, handler);
        _entrance = steering is null
            ? new NativeEntrance(transport, handler, timeProvider, inheritance, given)
            : new SteeredEntrance(steering, _ports!, transport, handler, _logger, inheritance, given);
        var told = steering?.Inherited is null ? default : _ports!.Counters;
        _kernelRefusals = _ports is null ? null : new KernelRefusals(() => _ports.Counters, timeProvider, _logger, told);
        _rollout = new Rollout(_runtime, _resolver, _entrance, transport, new CapacityWarnings(transport, steering is not null, _logger));
    }

    /// <summary>The config in force.</summary>
    public ProxyConfig Config => _runtime.Current.Config;

    /// <summary>Live sessions.</summary>
    public int ActiveSessions => _registry.Count;

    /// <summary>For those who look at it and change it while it runs.</summary>
    internal ProxyRuntime Runtime => _runtime;

    internal SessionRegistry Sessions => _registry;

    internal TargetSessions TargetSessions => _health.Sessions;

    /// <summary>Connections whose port belongs to no app.</summary>
    internal long NoRoute => _counters.NoRoute.Value;

    internal ITransport Transport => _transport;

    internal IReadOnlyCollection<Health.AppHealth> WatchedApps => _health.Apps;

    /// <summary>Null: each port has a listener.</summary>
    internal SteeredPorts? Steering => _ports;

    internal KeptOverrides Kept => _kept;

    /// <summary>Null: not started.</summary>
    internal DateTimeOffset? StartedAt { get; private set; }

    /// <summary>Lets clients in.</summary>
    /// <exception cref="ProxyStartException">At least one port cannot be bound, or the kernel refuses to steer; lists everything.</exception>
    /// <exception cref="OperationCanceledException">Cancelled meanwhile: nobody has been let in.</exception>
    public async Task StartAsync(CancellationToken cancellation = default)
    {
        if (_succession is not null)
            Knowledge.Resume(_runtime, _succession.Predecessor.State.Names);
        var ports = await BeginAsync(cancellation);
        if (_succession is not null)
        {
            Knowledge.Resume(_runtime.Current, _succession.Predecessor.State.Rates);
            _health.Resume(_succession.Predecessor.State.Targets);
        }

        if (_given?.Left.ToList() is { Count: > 0 } unused)
            HostingLog.GivenSocketsUnused(_logger, string.Join(", ", unused));
        _started = true;
        StartedAt = _timeProvider.GetUtcNow();
        _health.Start(_runtime.Current);
        _tls.Start(_runtime.Current);
        _interim.Follow(_runtime.Current);
        HostingLog.Started(_logger, _entrance.Summary, Count.Of(Config.Apps.Count, "app"), _transport.Name);
        foreach (var (app, port) in ports)
            await AddPortAgainAsync(app, port);
        _kept.Keep(_runtime.Current.Overrides);
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
        var dropped = new List<DroppedOverride>();
        var before = Config.Admin;
        await ChangeAsync(
            model => (config, model.Overrides.On(config, Errors, dropped)),
            () =>
            {
                HostingLog.ConfigReloaded(_logger, _entrance.Summary, Count.Of(config.Apps.Count, "app"));
                HostingLog.ChangesDropped(_logger, dropped);
                if (!config.Admin.Equals(before) && !config.Admin.Equals(_admin))
                    HostingLog.RestartNeeded(_logger);
            });
    }

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
            _interim.Dispose();
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
        _spans.Dispose();
        _changing.Dispose();
        _stopping.Dispose();
    }

    internal void RecordReload(bool applied) => _metrics.RecordReload(applied);

    /// <param name="change">What is to be in force after the model that is.</param>
    /// <param name="log">Tells of it when it is.</param>
    internal async Task ChangeAsync(Func<ProxyModel, (ProxyConfig Config, Overrides Overrides)> change, Action log)
    {
        await _changing.WaitAsync();
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var (config, overrides) = change(_runtime.Current);
            await _rollout.ApplyAsync(config, overrides, _stopping.Token);
            _kept.Keep(overrides);
            log();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>A port that was opened at run time keeps nobody from starting.</summary>
    /// <returns>Such ports, where it would have: they are still to be opened.</returns>
    private async Task<IReadOnlyCollection<(string App, int Port)>> BeginAsync(CancellationToken cancellation)
    {
        var model = _runtime.Current;
        try
        {
            await _rollout.BeginAsync(cancellation);
            return [];
        }
        catch (ProxyStartException) when (model.Overrides.Ports.Count > 0)
        {
            _runtime.PutInForce(ModelBuilder.Build(model.Config, model, model.Overrides with { Ports = [] }));
            await _rollout.BeginAsync(cancellation);
            return model.Overrides.Ports;
        }
    }

    private async Task AddPortAgainAsync(string app, int port)
    {
        try
        {
            await AddPortAsync(app, port);
        }
        catch (ProxyStartException e)
        {
            HostingLog.PortNotRestored(_logger, port, app, string.Join("; ", e.Problems));
        }
    }

    internal void Validate(ProxyConfig config)
    {
        if (Errors(config) is { Count: > 0 } errors)
            throw new InvalidConfigException(errors);
    }

    private IReadOnlyList<ConfigError> Errors(ProxyConfig config) => _steering is null
        ? ConfigValidator.Validate(config)
        : [.. ConfigValidator.Validate(config), .. ConfigValidator.ValidateForSteering(config, _steering.Port, KernelLayout.MaxApps)];
}
