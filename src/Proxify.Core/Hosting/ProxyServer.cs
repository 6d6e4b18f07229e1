using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Proxify.Admission;
using Proxify.Configuration;
using Proxify.Linux;
using Proxify.Resolution;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>A running proxy: started once, given new configs any number of times, stopped once.</summary>
public sealed class ProxyServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestReset = TimeSpan.FromSeconds(5);

    /// <summary>Timers take 49 days at most; a longer drain is waited for in several goes.</summary>
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly ITransport _transport;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly ProxyRuntime _runtime;
    private readonly SessionRegistry _registry = new();
    private readonly ProxyMetrics _metrics;
    private readonly NameResolver _resolver;
    private readonly HealthWatch _health;
    private readonly IEntrance _entrance;
    private readonly Refusals _refusals;
    private readonly KernelRefusals? _kernelRefusals;
    private readonly SemaphoreSlim _changing = new(1);
    private readonly CancellationTokenSource _stopping = new();
    private readonly SteeringOptions? _steering;
    private string? _warnedOf;
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
    public ProxyServer(
        ProxyConfig config, ITransport transport, ILoggerFactory loggerFactory, TimeProvider timeProvider, IMeterFactory? meterFactory = null,
        SteeringOptions? steering = null)
    {
        _steering = steering;
        Validate(config);
        _transport = transport;
        _timeProvider = timeProvider;
        _logger = loggerFactory.CreateLogger("Proxify");
        _health = new HealthWatch(_registry, timeProvider, _logger);
        _runtime = new ProxyRuntime(ModelBuilder.Build(config, previous: null), _health);
        transport.BufferLimit = _runtime.Current.BufferMemory;
        _resolver = new NameResolver(new NameLookup(timeProvider).ResolveAsync, _runtime.TakeAnswer, timeProvider, _logger);
        var accessLog = new AccessLog(_runtime, loggerFactory.CreateLogger("Proxify.AccessLog"));
        var steered = steering is null ? null : new SteeredEntrance(steering.Program, steering.Port, transport, _logger);
        var ports = (IPortOwner?)steered ?? new NativePorts();
        var handler = new SessionHandler(_runtime, ports, new LoopGuard(ports, timeProvider), _registry, accessLog, timeProvider, _logger);
        _metrics = new ProxyMetrics(meterFactory, _runtime, _registry, handler, _health, transport, steered);
        _entrance = steered is null ? new NativeEntrance(transport, handler, timeProvider) : steered;
        steered?.Handler = handler;
        _refusals = handler.Refusals;
        _kernelRefusals = steered is null ? null : new KernelRefusals(() => steered.Counters, timeProvider, _logger);
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
        var model = _runtime.Current;
        WarnOfDescriptors(model);
        foreach (var limit in ProcessLimits.FindTight(_transport.Workers))
            HostingLog.TightLimit(_logger, limit);
        WarnOfDialPorts(model.Config);
        _resolver.Follow(model.Names, model.Resolver);
        await _entrance.ChangeAsync(model, static () => { }, cancellation);
        _started = true;
        _health.Start(model);
        HostingLog.Started(_logger, _entrance.Summary, Count.Of(model.Apps.Length, "app"), _transport.Name);
    }

    /// <summary>
    /// Brings a new config into force, or changes nothing and throws. Live sessions are untouched, even those whose app or target is gone; ports that both
    /// configs have are not closed for a moment.
    /// </summary>
    /// <exception cref="InvalidConfigException">The config has errors.</exception>
    /// <exception cref="ProxyStartException">A new port cannot be bound.</exception>
    /// <exception cref="OperationCanceledException">The server is being stopped, or has been.</exception>
    public async Task ApplyAsync(ProxyConfig config)
    {
        Validate(config);
        await _changing.WaitAsync();
        try
        {
            _stopping.Token.ThrowIfCancellationRequested();
            var previous = _runtime.Current;
            var next = ModelBuilder.Build(config, previous);
            // New names are asked for before the first session needs them: a change may take a while after the swap.
            _resolver.Follow(previous.Names.Concat(next.Names), previous.Resolver);
            using (_runtime.BeginChange())
            {
                try
                {
                    await _entrance.ChangeAsync(next, () => _runtime.PutInForce(next), _stopping.Token);
                }
                catch
                {
                    _runtime.PutInForce(previous);
                    _resolver.Follow(previous.Names, previous.Resolver);
                    throw;
                }
            }

            _transport.BufferLimit = next.BufferMemory;
            _resolver.Follow(next.Names, next.Resolver);
            WarnOfDialPorts(config);
            HostingLog.ConfigReloaded(_logger, _entrance.Summary, Count.Of(next.Apps.Length, "app"));
        }
        finally
        {
            _changing.Release();
        }
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
            await DrainAsync(now);
            // Not before: those who are still served, or wait in a queue, shall not be sent to targets that are known to be down.
            _health.Dispose();
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

    private async Task DrainAsync(CancellationToken now)
    {
        var startedAt = _timeProvider.GetTimestamp();
        while (_registry.Count > 0)
        {
            var sessions = _registry.Snapshot();
            var elapsed = now.IsCancellationRequested ? TimeSpan.MaxValue : _timeProvider.GetElapsedTime(startedAt);
            foreach (var due in sessions.Where(s => s.App.Timeouts.Drain <= elapsed))
                due.Abort(TerminationReason.Drained);

            var later = sessions.Select(s => s.App.Timeouts.Drain).Where(d => d > elapsed).Order().ToList();
            var wait = later.Count == 0 ? LongestReset : later[0] - elapsed < LongestTimer ? later[0] - elapsed : LongestTimer;
            try
            {
                await _registry.WhenEmpty().WaitAsync(wait, _timeProvider, later.Count > 0 ? now : CancellationToken.None);
            }
            catch (OperationCanceledException)
            {
                // Resets what is left in the next round.
            }
            catch (TimeoutException)
            {
                if (later.Count == 0)
                    return;
            }
        }
    }

    private void WarnOfDescriptors(ProxyModel model)
    {
        // Two connections a session, the listeners, of which each worker has its own, and something for the rest.
        var sessions = model.Limits.Sessions;
        var endpoints = _steering is null ? model.Config.Apps.Sum(SizeRules.Endpoints) : 1;
        var needed = (2L * sessions) + (endpoints * Math.Max(1, _transport.Workers)) + 100;
        var limit = Libc.OpenFilesLimit;
        if (sessions != SessionSlots.Unlimited && limit < (ulong)needed)
            HostingLog.TooFewDescriptors(_logger, sessions, needed, limit);
    }

    /// <summary>Once for the same state of things, however often the config is loaded.</summary>
    private void WarnOfDialPorts(ProxyConfig config)
    {
        var shortage = _steering is null ? DialPorts.Shortage(config, LocalPorts.Read()) : null;
        if (shortage is not null && shortage != _warnedOf)
            HostingLog.TooFewDialPorts(_logger, shortage);
        _warnedOf = shortage;
    }

    private void Validate(ProxyConfig config)
    {
        IReadOnlyList<ConfigError> errors = _steering is null
            ? ConfigValidator.Validate(config)
            : [.. ConfigValidator.Validate(config), .. ConfigValidator.ValidateForSteering(config, _steering.Port)];
        if (errors.Count > 0)
            throw new InvalidConfigException(errors);
    }
}
