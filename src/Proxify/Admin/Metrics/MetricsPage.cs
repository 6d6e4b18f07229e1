using System.Diagnostics;
using Proxify.Admission;
using Proxify.Hosting;
using Proxify.Program.Logging;
using Proxify.Runtime;
using Proxify.Telemetry;

namespace Proxify.Program.Admin.Metrics;

/// <summary>
/// All that Prometheus is told, straight from the counters: a listener of the meter would take ten times as long, and keep a copy of each series.
/// </summary>
/// <param name="service">Whose.</param>
/// <param name="views">The same, as people see it.</param>
/// <param name="log">Its log.</param>
internal sealed class MetricsPage(ProxyService service, ProxyViews views, LineLogger log)
{
    /// <summary>How many targets have series of their own by default.</summary>
    public const int MostTargets = 1000;

    private readonly ProxyServer _server = service.Server!;
    private readonly Dictionary<string, Health.AppHealth> _watched = service.Server!.WatchedApps.ToDictionary(app => app.Name, StringComparer.Ordinal);

    /// <param name="writer">Takes them.</param>
    /// <param name="app">The one app whose series are wanted; null: all.</param>
    /// <param name="mostTargets">How many targets may have series of their own.</param>
    /// <param name="cancellation">The reader has gone.</param>
    public async Task WriteAsync(MetricsWriter writer, string? app, int mostTargets, CancellationToken cancellation)
    {
        views.CountBytes();
        var apps = views.Model.Apps.Where(a => app is null || a.Name == app).ToArray();
        if (app is null)
            WriteProxy(writer);
        foreach (var metric in AppMetrics())
        {
            writer.Begin(metric.Name, metric.Type, metric.Help);
            foreach (var one in apps)
            {
                metric.Write(writer, one);
                await writer.FlushIfFullAsync(cancellation);
            }
        }

        await WriteTargetsAsync(writer, apps, mostTargets, cancellation);
        await writer.EndAsync(cancellation);
    }

    private void WriteProxy(MetricsWriter writer)
    {
        Single("proxify_build_info", "gauge", "Version and transport; always 1.", 1, ("version", ProgramVersion.Text), ("transport", _server.Transport.Name));
        Single("proxify_config_generation", "gauge", "Configs and changes that have been in force.", _server.Runtime.Generation);
        if (views.ConfigSha256() is { } hash)
            Single("proxify_config_hash", "gauge", "48 bits of the SHA-256 of the config's text: equal where the text is.", Convert.ToInt64(hash[..12], 16));
        Single("proxify_config_last_reload_successful", "gauge", "0: the config file has changed and is not good, so the one before is in force.",
            service.LastReload is { Problems.Count: > 0 } ? 0 : 1);
        if (service.LastReload is { } reload)
            Single("proxify_config_last_reload_timestamp_seconds", "gauge", "When the config file was read last, in Unix time.", Seconds(reload.At));
        if (service.Source?.Status is { } source)
        {
            Single("proxify_config_source_connected", "gauge", "0: changes of the config are not seen: etcd does not answer.", source.Connected ? 1 : 0);
            Single("proxify_config_source_revision", "gauge", "Revision in etcd of the config in force.", source.RevisionInForce);
        }

        Single("proxify_runtime_changes", "gauge", "Changes made at run time that still hold.", views.Model.Overrides.Count);
        Single("proxify_unrouted_connections_total", "counter", "Connections whose port belongs to no app.", _server.NoRoute);
        Single("proxify_log_lines_dropped_total", "counter", "Log lines that nobody has taken in time.", log.LinesDropped);
        Single("proxify_buffer_bytes", "gauge", "Memory that relays hold for peers that are slow to take it.", _server.Transport.BufferBytes);
        if (views.Steering() is { } steering)
        {
            writer.Begin("proxify_steering_lookups_total", "counter", "What the kernel's steering program has decided.");
            foreach (var (result, count) in ((string, ulong)[])
                [("steered", steering.Steered), ("passed", steering.Passed), ("denied", steering.Denied), ("limited", steering.Limited),
                 ("no_socket", steering.NoSocket), ("assign_error", steering.AssignErrors)])
            {
                writer.Sample(count, ("result", result));
            }
        }

        if (Directory.Exists("/proc/self/fd")) // not where a container has no /proc
        {
            using var process = Process.GetCurrentProcess();
            Single("process_cpu_seconds_total", "counter", "Processor time, user and system.", process.TotalProcessorTime.TotalSeconds);
            Single("process_resident_memory_bytes", "gauge", "Resident memory.", process.WorkingSet64);
            Single("process_open_fds", "gauge", "Open descriptors.", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count() - 1);
            Single("process_start_time_seconds", "gauge", "When the process was started, in Unix time.", Seconds(new DateTimeOffset(process.StartTime)));
        }

        Single("process_max_fds", "gauge", "The limit of open descriptors.", Linux.Libc.OpenFilesLimit);
        Single("dotnet_gc_heap_bytes", "gauge", "The managed heap after the last collection.", GC.GetGCMemoryInfo(GCKind.Any).HeapSizeBytes);
        Single("dotnet_gc_pause_seconds_total", "counter", "Time for which collections have stopped all threads.", GC.GetTotalPauseDuration().TotalSeconds);
        Single("dotnet_thread_pool_queue_length", "gauge", "Work that waits for a thread of the pool.", ThreadPool.PendingWorkItemCount);

        static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1e3;

        void Single(string name, string type, string help, double value, params ReadOnlySpan<(string, string)> labels)
        {
            writer.Begin(name, type, help);
            writer.Sample(value, labels);
        }
    }

    private IEnumerable<AppMetric> AppMetrics() =>
    [
        AppMetric.Gauge("proxify_sessions_active", "Live sessions.", a => a.State.SessionsActive.Value),
        AppMetric.Gauge("proxify_sessions_waiting", "Sessions in the app's queue.", a => a.State.Line.Count),
        AppMetric.Gauge("proxify_app_paused", "1 while the app takes no connections, by a change at run time.",
            a => views.Model.Overrides.Paused.Contains(a.Name) ? 1 : 0),
        new("proxify_sessions_ended_total", "counter", "Ended sessions by termination reason. Reasons that no session has met are left out.", (writer, a) =>
        {
            foreach (var reason in TerminationWords.All)
            {
                if (a.State.Ended(reason).Value is var count && (count > 0 || reason == TerminationReason.Done))
                    writer.Sample(count, ("app", a.Name), ("reason", reason.ToWord()));
            }
        }),
        new("proxify_sessions_refused_total", "counter", "Connections refused by limits. Limits that have refused none are left out.", (writer, a) =>
        {
            foreach (var limit in LimitKindWords.All)
            {
                if (a.State.Refused(limit).Value is > 0 and var count)
                    writer.Sample(count, ("app", a.Name), ("limit", limit.ToWord()));
            }
        }),
        new("proxify_received_bytes_total", "counter", "Bytes received, by the side they came from.", (writer, a) =>
        {
            writer.Sample(a.State.BytesFromClients.Value, ("app", a.Name), ("side", "client"));
            writer.Sample(a.State.BytesFromTargets.Value, ("app", a.Name), ("side", "target"));
        }),
        new("proxify_own_connections_total", "counter", "Clients of an app with a protocol that got a connection of their own. Causes of none are left out.",
            (writer, a) =>
            {
                foreach (var cause in a.Framing is null ? [] : OwnConnectionWords.All)
                {
                    if (a.State.OwnConnections(cause).Value is > 0 and var count)
                        writer.Sample(count, ("app", a.Name), ("cause", cause.ToWord()));
                }
            }),
        new("proxify_cache_requests_total", "counter", "Requests whose reply may be kept: given (hit), asked for (miss), or waited for with others (shared).",
            (writer, a) =>
            {
                if (a.State.Cache is not { } cache)
                    return;
                writer.Sample(cache.Hits.Value, ("app", a.Name), ("result", "hit"));
                writer.Sample(cache.Misses.Value, ("app", a.Name), ("result", "miss"));
                writer.Sample(cache.Followers.Value, ("app", a.Name), ("result", "shared"));
            }),
        AppMetric.Cache(
            "proxify_cache_invalidations_total", "counter", "Changes that servers told of: a key, or all at once.", static cache => cache.Invalidations.Value),
        AppMetric.Cache("proxify_cache_evictions_total", "counter", "Replies that went to make room.", static cache => cache.Evictions.Value),
        AppMetric.Cache("proxify_cache_entries", "gauge", "Replies that are kept.", static cache => cache.Entries.Value),
        AppMetric.Cache("proxify_cache_bytes", "gauge", "What they take.", static cache => cache.Bytes.Value),
        AppMetric.Histogram("proxify_connect_duration_seconds", "Time to a connected target, failed tries included.", a => a.State.ConnectTimes),
        AppMetric.Histogram("proxify_first_byte_seconds", "From the client's first byte, or the connect, to the target's first byte.", a => a.State.FirstBytes),
        AppMetric.Histogram("proxify_session_duration_seconds", "Time from accept to the end.", a => a.State.Durations),
        AppMetric.Histogram("proxify_session_size_bytes", "Bytes of a session, both ways together.", a => a.State.Sizes),
        new("proxify_targets", "gauge", "The app's targets, each of their addresses counted, by whether its health lets it have sessions.", (writer, a) =>
        {
            var targets = a.State.Group.Endpoints;
            var up = targets.Count(e => e.State.Health.IsUp);
            writer.Sample(up, ("app", a.Name), ("state", "up"));
            writer.Sample(targets.Length - up, ("app", a.Name), ("state", "down"));
        }),
        new("proxify_target_ejections_total", "counter", "Targets ejected because of what sessions met.",
            (writer, a) => writer.Sample(Watched(a)?.Ejections.Value ?? 0, ("app", a.Name))),
        new("proxify_health_checks_total", "counter", "Active checks by result.", (writer, a) =>
        {
            writer.Sample(Watched(a)?.ChecksGood.Value ?? 0, ("app", a.Name), ("result", "good"));
            writer.Sample(Watched(a)?.ChecksBad.Value ?? 0, ("app", a.Name), ("result", "bad"));
        }),
        new("proxify_tls_certificate_expiry_timestamp_seconds", "gauge", "When an app's own certificate expires, in Unix time.", (writer, a) =>
        {
            foreach (var context in (Tls.HotContext?[])[a.Tls, a.TargetTls])
            {
                var side = context == a.Tls ? "client" : "target";
                foreach (var validity in context?.Files.Validities.Where(v => v.IsOwnCertificate) ?? [])
                    writer.Sample(validity.Until.ToUnixTimeSeconds(), ("app", a.Name), ("side", side), ("file", validity.File));
            }
        }),
    ];

    private Health.AppHealth? Watched(AppModel app) => _watched.GetValueOrDefault(app.Name);

    private async Task WriteTargetsAsync(MetricsWriter writer, AppModel[] apps, int most, CancellationToken cancellation)
    {
        var told = apps.SelectMany(app => app.State.Group.Endpoints.Select(target => (App: app, Target: target))).Take(most).ToArray();
        writer.Begin("proxify_targets_left_out", "gauge", "Targets that have no series of their own, being too many.");
        writer.Sample(apps.Sum(app => app.State.Group.Endpoints.Length) - told.Length);
        foreach (var (name, type, help, value) in TargetMetrics)
        {
            writer.Begin(name, type, help);
            foreach (var (app, target) in told)
            {
                writer.Sample(value(target), ("app", app.Name), ("target", target.State.Address), ("endpoint", target.State.EndpointText));
                await writer.FlushIfFullAsync(cancellation);
            }
        }

        await WriteRequestsAsync(writer, told, cancellation);
    }

    /// <summary>Of apps whose requests are known; targets of others have no such series.</summary>
    private async Task WriteRequestsAsync(MetricsWriter writer, (AppModel App, TargetEndpoint Target)[] told, CancellationToken cancellation)
    {
        var known = told.Where(one => one.App.Framing is not null)
            .Select(one => (one.Target.State, Labels: LabelsOf(one.App, one.Target))).ToArray();
        var shared = known.Length == 0 ? [] : _server.Sessions.Pooled.Snapshot().CountBy(session => session.TargetState!).ToDictionary();
        writer.Begin("proxify_target_shared_connections", "gauge", "Connections over which clients send their requests together.");
        foreach (var (target, labels) in known)
            writer.Sample(shared.GetValueOrDefault(target), labels);
        foreach (var (name, type, help, write) in RequestMetrics)
        {
            writer.Begin(name, type, help);
            foreach (var (target, labels) in known)
            {
                if (target.Requests is not { } requests)
                    continue;
                write(writer, requests, labels);
                await writer.FlushIfFullAsync(cancellation);
            }
        }

        static (string, string)[] LabelsOf(AppModel app, TargetEndpoint target) =>
            [("app", app.Name), ("target", target.State.Address), ("endpoint", target.State.EndpointText)];
    }

    private static (string Name, string Type, string Help, Action<MetricsWriter, RequestCounters, (string, string)[]> Write)[] RequestMetrics { get; } =
    [
        ("proxify_target_requests_total", "counter", "Requests that it was sent, those included that are sent a second time.",
            (writer, requests, labels) => writer.Sample(requests.Sent.Value, labels)),
        ("proxify_target_replies_total", "counter", "Requests that it has answered.",
            (writer, requests, labels) => writer.Sample(requests.Answered.Value, labels)),
        ("proxify_target_requests_lost_total", "counter", "Requests whose connection was lost before their reply.",
            (writer, requests, labels) => writer.Sample(requests.Lost.Value, labels)),
        ("proxify_target_requests_resent_total", "counter", "Requests that another connection had lost, sent a second time as they change nothing.",
            (writer, requests, labels) => writer.Sample(requests.SentAgain.Value, labels)),
        ("proxify_target_requests_in_flight", "gauge", "Requests that wait for their reply.",
            (writer, requests, labels) => writer.Sample(requests.InFlight, labels)),
        ("proxify_target_request_duration_seconds", "histogram", "From sending a request to the end of its reply.",
            (writer, requests, labels) => writer.Sample(requests.Latencies, labels)),
        ("proxify_target_batch_requests", "histogram", "How many requests went out together.",
            (writer, requests, labels) => writer.Sample(requests.Batches, labels)),
    ];

    private static (string Name, string Type, string Help, Func<TargetEndpoint, double> Value)[] TargetMetrics { get; } =
    [
        ("proxify_target_up", "gauge", "1 while its health lets the endpoint have sessions.", t => t.State.Health.IsUp ? 1 : 0),
        ("proxify_target_weight", "gauge", "Its share of new sessions; 0: none.", t => t.Weight),
        ("proxify_target_sessions_active", "gauge", "Live sessions, those included that are being connected.", t => t.State.Load.SessionsActive),
        ("proxify_target_sessions_total", "counter", "Sessions that have reached it.", t => t.State.Counters.Sessions),
        ("proxify_target_connect_failures_total", "counter", "Dials that have come to nothing.", t => t.State.Counters.ConnectFailures),
        ("proxify_target_connect_seconds_total", "counter", "Time of the connects that have reached it; by its sessions: how long one takes.",
            t => t.State.Counters.ConnectSeconds),
        ("proxify_target_received_bytes_total", "counter", "Bytes that it has sent.", t => t.State.Counters.BytesReceived),
        ("proxify_target_sent_bytes_total", "counter", "Bytes that it was sent.", t => t.State.Counters.BytesSent),
    ];
}

/// <summary>A metric with series of each app.</summary>
internal sealed record AppMetric(string Name, string Type, string Help, Action<MetricsWriter, AppModel> Write)
{
    public static AppMetric Gauge(string name, string help, Func<AppModel, double> value) =>
        new(name, "gauge", help, (writer, app) => writer.Sample(value(app), ("app", app.Name)));

    public static AppMetric Histogram(string name, string help, Func<AppModel, Histogram> read) =>
        new(name, "histogram", help, (writer, app) => writer.Sample(read(app), ("app", app.Name)));

    public static AppMetric Cache(string name, string type, string help, Func<CacheCounters, long> read) => new(name, type, help, (writer, a) =>
    {
        if (a.State.Cache is { } cache)
            writer.Sample(read(cache), ("app", a.Name));
    });
}
