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
            new InstrumentAdvice<double> { HistogramBucketBoundaries = AppState.ConnectBounds });
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
        _meter.CreateObservableCounter("proxify.target.requests", () => Requests(r => r.Sent.Value), "{request}",
            "Requests sent to the target, those included that are sent a second time.");
        _meter.CreateObservableCounter("proxify.target.replies", () => Requests(r => r.Answered.Value), "{reply}", "Replies of the target.");
        _meter.CreateObservableCounter("proxify.target.requests.lost", () => Requests(r => r.Lost.Value), "{request}",
            "Requests whose connection was lost before their reply.");
        _meter.CreateObservableCounter("proxify.target.requests.resent", () => Requests(r => r.SentAgain.Value), "{request}",
            "Requests sent a second time, which change nothing.");
        _meter.CreateObservableUpDownCounter("proxify.target.requests.active", () => Requests(r => r.InFlight), "{request}",
            "Requests that wait for their reply.");
        _meter.CreateObservableCounter("proxify.connections.own", OwnConnections, "{connection}",
            "Clients of an app with a protocol that got a connection of their own, by cause.");
        _meter.CreateObservableCounter("proxify.cache.requests", CacheRequests, "{request}", "Requests whose reply may be kept, by what became of them.");
        _meter.CreateObservableCounter("proxify.cache.invalidations", () => PerCache(static c => c.Invalidations.Value), "{key}",
            "Changes that servers told of.");
        _meter.CreateObservableCounter("proxify.cache.evictions", () => PerCache(static c => c.Evictions.Value), "{reply}", "Replies that went to make room.");
        _meter.CreateObservableUpDownCounter("proxify.cache.entries", () => PerCache(static c => c.Entries.Value), "{reply}", "Replies that are kept.");
        _meter.CreateObservableUpDownCounter("proxify.cache.memory", () => PerCache(static c => c.Bytes.Value), "By", "What kept replies take.");
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
            {
                // Most reasons no session ever meets: with many apps they would be most of what is collected.
                if (app.State.Ended(reason).Value is var count && (count > 0 || reason == TerminationReason.Done))
                    yield return new(count, App(app.Name), new("proxify.reason", reason.ToWord()));
            }
        }

        yield return new(_counters.NoRoute.Value, new KeyValuePair<string, object?>("proxify.reason", TerminationReason.NoRoute.ToWord()));
    }

    private IEnumerable<Measurement<long>> SessionsRefused() =>
        from app in Apps
        from limit in LimitKindWords.All
        let count = app.State.Refused(limit).Value
        where count > 0
        select new Measurement<long>(count, App(app.Name), new("proxify.limit", limit.ToWord()));

    private IEnumerable<Measurement<long>> Bytes()
    {
        // A session's bytes count while it lives: long-lived connections are what proxify is for.
        foreach (var session in _registry.SnapshotWithShared())
            session.CountLiveBytes();
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

    /// <summary>Of endpoints whose requests are known.</summary>
    private IEnumerable<Measurement<long>> Requests(Func<RequestCounters, long> value) =>
        from app in _runtime.Current.Apps
        where app.Framing is not null
        from target in app.State.Group.Endpoints
        let requests = target.State.Requests
        where requests is not null
        select new Measurement<long>(value(requests), App(app.Name), new("proxify.target", target.State.Address),
            new("proxify.endpoint", target.State.EndpointText));

    private IEnumerable<Measurement<long>> OwnConnections() =>
        from app in _runtime.Current.Apps
        where app.Framing is not null
        from cause in OwnConnectionWords.All
        let count = app.State.OwnConnections(cause).Value
        where count > 0
        select new Measurement<long>(count, App(app.Name), new("proxify.cause", cause.ToWord()));

    private IEnumerable<Measurement<long>> PerCache(Func<CacheCounters, long> read) =>
        from app in _runtime.Current.Apps
        where app.State.Cache is not null
        select new Measurement<long>(read(app.State.Cache!), App(app.Name));

    private IEnumerable<Measurement<long>> CacheRequests()
    {
        foreach (var app in _runtime.Current.Apps)
        {
            if (app.State.Cache is not { } cache)
                continue;
            yield return new(cache.Hits.Value, App(app.Name), new("proxify.result", "hit"));
            yield return new(cache.Misses.Value, App(app.Name), new("proxify.result", "miss"));
            yield return new(cache.Followers.Value, App(app.Name), new("proxify.result", "shared"));
        }
    }

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
