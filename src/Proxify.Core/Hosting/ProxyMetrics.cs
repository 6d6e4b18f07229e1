using System.Diagnostics.Metrics;
using Proxify.Admission;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Steering;
using Proxify.Telemetry;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>
/// The meter <c>Proxify</c>. Everything that sessions count is kept in plain counters and only read when somebody collects; names and units follow
/// OpenTelemetry's conventions.
/// </summary>
internal sealed class ProxyMetrics : ISessionObserver, IDisposable
{
    public const string MeterName = "Proxify";

    /// <summary>
    /// In seconds: a neighbour answers below a millisecond, another continent in some hundred, a lost SYN after 1, 3 and 7 s. The default boundaries of
    /// OpenTelemetry begin at 5 s.
    /// </summary>
    private static readonly InstrumentAdvice<double> ConnectBuckets = new()
    {
        HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    private readonly Meter _meter;
    private readonly ProxyRuntime _runtime;
    private readonly SessionRegistry _registry;
    private readonly SessionCounters _counters;
    private readonly Histogram<double> _connectDuration;
    private readonly Counter<long> _reloads;

    public ProxyMetrics(IMeterFactory? meterFactory, ProxyRuntime runtime, SessionRegistry registry, SessionCounters counters, HealthFollower health,
        ITransport transport, SteeredPorts? steered)
    {
        _meter = meterFactory?.Create(MeterName) ?? new Meter(MeterName);
        _runtime = runtime;
        _registry = registry;
        _counters = counters;
        _connectDuration = _meter.CreateHistogram<double>("proxify.connect.duration", "s", "Time to a connected target, failed tries included.", tags: null,
            ConnectBuckets);
        _reloads = _meter.CreateCounter<long>("proxify.config.reloads", "{reload}", "Config reloads by result.");
        _meter.CreateObservableUpDownCounter("proxify.sessions.active", () => PerApp(a => a.SessionsActive.Value), "{session}", "Live sessions.");
        _meter.CreateObservableCounter("proxify.sessions", SessionsEnded, "{session}", "Ended sessions by termination reason.");
        _meter.CreateObservableUpDownCounter("proxify.sessions.waiting", () => PerApp(a => a.Line.Count), "{session}", "Sessions in an app's queue.");
        _meter.CreateObservableCounter("proxify.sessions.refused", SessionsRefused, "{session}", "Connections refused by limits, by limit.");
        _meter.CreateObservableCounter("proxify.io", Bytes, "By", "Bytes received, by the side they came from.");
        _meter.CreateObservableUpDownCounter("proxify.buffers", () => transport.BufferBytes, "By",
            "Memory that relays hold for peers that are slow to take it.");
        if (steered is not null)
            _meter.CreateObservableCounter("proxify.steering.lookups", () => Lookups(steered), "{lookup}", "What the kernel's steering program decided.");
        _meter.CreateObservableGauge("proxify.target.up", TargetsUp, "1", "1 while the endpoint is available by its health.");
        _meter.CreateObservableCounter("proxify.target.ejections", () => health.Apps.Select(a => new Measurement<long>(a.Ejections.Value, App(a.Name))),
            "{ejection}", "Targets ejected because of what sessions met.");
        _meter.CreateObservableGauge("proxify.tls.certificate.expiry", Expiries, "s", "When an app's own certificate expires, in Unix time.");
        _meter.CreateObservableCounter("proxify.health.checks", () => Checks(health), "{check}", "Active checks by result.");
    }

    public void RecordReload(bool applied) => _reloads.Add(1, new KeyValuePair<string, object?>("proxify.result", applied ? "applied" : "rejected"));

    public void Connected(Session session)
    {
        if (_connectDuration.Enabled && session.ConnectTime is { } time)
            _connectDuration.Record(time.TotalSeconds, App(session.App.Name));
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<AppModel> Apps => _runtime.Current is { Pool: { } pool } model ? model.Apps.Append(pool) : _runtime.Current.Apps;

    private IEnumerable<Measurement<long>> PerApp(Func<AppState, long> value) => Apps.Select(a => new Measurement<long>(value(a.State), App(a.Name)));

    private IEnumerable<Measurement<long>> SessionsEnded()
    {
        foreach (var app in Apps)
        {
            foreach (var reason in TerminationWords.All)
                yield return new(app.State.Ended(reason).Value, App(app.Name), new("proxify.reason", reason.ToWord()));
        }

        yield return new(_counters.NoRoute.Value, new KeyValuePair<string, object?>("proxify.reason", TerminationReason.NoRoute.ToWord()));
    }

    private IEnumerable<Measurement<long>> SessionsRefused() =>
        from app in Apps
        from limit in LimitKindWords.All
        select new Measurement<long>(app.State.Refused(limit).Value, App(app.Name), new("proxify.limit", limit.ToWord()));

    private IEnumerable<Measurement<long>> Bytes()
    {
        // A session's bytes count while it lives: long-lived connections are what proxify is for.
        foreach (var session in _registry.Snapshot())
            session.CountBytes();
        foreach (var app in Apps)
        {
            yield return new(app.State.BytesFromClients.Value, App(app.Name), Side("client"));
            yield return new(app.State.BytesFromTargets.Value, App(app.Name), Side("target"));
        }
    }

    private static Measurement<long>[] Lookups(SteeredPorts steered)
    {
        SteeringCounters counters;
        try
        {
            counters = steered.Counters;
        }
        catch (SteeringException)
        {
            return []; // an exception here would cost the collector the other instruments
        }

        return [Of("steered", counters.Steered), Of("passed", counters.Passed), Of("denied", counters.Denied), Of("no_socket", counters.NoSocket),
            Of("assign_error", counters.AssignErrors), Of("limited", counters.Limited)];

        static Measurement<long> Of(string result, ulong count) => new((long)count, new KeyValuePair<string, object?>("proxify.result", result));
    }

    private IEnumerable<Measurement<int>> TargetsUp() =>
        from app in _runtime.Current.Apps
        from target in app.State.Group.Endpoints
        select new Measurement<int>(target.State.Health.IsUp ? 1 : 0, App(app.Name), new("proxify.target", target.State.Address),
            new("proxify.endpoint", target.State.EndpointText));

    private static IEnumerable<Measurement<long>> Checks(HealthFollower health)
    {
        foreach (var app in health.Apps)
        {
            yield return new(app.ChecksGood.Value, App(app.Name), new("proxify.result", "good"));
            yield return new(app.ChecksBad.Value, App(app.Name), new("proxify.result", "bad"));
        }
    }

    private IEnumerable<Measurement<long>> Expiries() =>
        from app in _runtime.Current.Apps
        from context in (HotContext?[])[app.Tls, app.TargetTls]
        where context is not null
        from validity in context.Files.Validities
        where validity.IsOwnCertificate
        select new Measurement<long>(validity.Until.ToUnixTimeSeconds(), App(app.Name), new("proxify.file", validity.File));

    private static KeyValuePair<string, object?> App(string name) => new("proxify.app", name);

    private static KeyValuePair<string, object?> Side(string side) => new("proxify.side", side);
}
