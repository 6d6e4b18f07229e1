using System.Security.Cryptography;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Program.Admin.Views;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Steering;
using Proxify.Telemetry;
using Proxify.Tls;
using Proxify.Transport;

namespace Proxify.Program.Admin;

/// <summary>What a running proxy looks like at a moment.</summary>
/// <param name="server">Started.</param>
/// <param name="timeProvider">The clock of its sessions.</param>
internal sealed class ProxyViews(ProxyServer server, TimeProvider timeProvider)
{
    private HashedConfig? _hashed;

    public ProxyModel Model => server.Runtime.Current;

    public IReadOnlyList<AppView> Apps()
    {
        CountBytes();
        return [.. Model.Apps.Select(App)];
    }

    /// <param name="app">Null: of all apps.</param>
    public IReadOnlyList<TargetView> Targets(string? app)
    {
        CountBytes();
        var model = Model;
        return [.. model.Apps.Where(a => app is null || a.Name == app).SelectMany(a => a.State.Group.Endpoints.Select(e => Target(model, a, e)))];
    }

    public IReadOnlyList<SessionView> Sessions(IEnumerable<Session> sessions) => [.. sessions.Select(Session)];

    public IReadOnlyList<ChangeView> Changes()
    {
        var overrides = Model.Overrides;
        return
        [
            .. overrides.Weights.Select(w => new ChangeView("weight", w.Key.App, w.Key.Target, w.Value.Value, w.Value.Configured)),
            .. overrides.Targets.Select(t => new ChangeView(t.Value is null ? "target_removed" : "target_added", t.Key.App, t.Key.Target, null, null)),
            .. overrides.Ports.Select(p => new ChangeView("port", p.App, null, p.Port, null)),
            .. overrides.Paused.Select(app => new ChangeView("paused", app, null, null, null)),
            .. Model.Config.Marks.Select(m => new ChangeView(m.Value.State, m.Key.App, m.Key.Target, null, null)),
        ];
    }

    /// <summary>This proxy for the others; who it is among them is theirs to say.</summary>
    public MachineView Machine(ProxyService service)
    {
        var model = Model;
        var endpoints = model.Apps.SelectMany(app => app.State.Group.Endpoints.Select(e => (App: app.Name, e.State))).ToArray();
        return new MachineView
        {
            Name = "",
            State = "",
            Version = ProgramVersion.Text,
            Pid = Environment.ProcessId,
            StartedAt = server.StartedAt,
            WrittenAt = timeProvider.GetUtcNow(),
            Transport = server.Transport.Name,
            Generation = server.Runtime.Generation,
            Revision = service.Source?.Status?.RevisionInForce ?? 0,
            ConfigSha256 = ConfigSha256(),
            Problems = [.. (service.LastReload?.Problems ?? []).Take(10)],
            Sessions = server.ActiveSessions,
            Apps = model.Apps.Length,
            Targets = endpoints.Length,
            TargetsUp = endpoints.Count(e => e.State.Health.IsUp),
            Down = [.. endpoints.Where(e => !e.State.Health.IsUp).Take(16).Select(e => $"{e.App} {e.State.EndpointText}")],
        };
    }

    /// <summary>Of the text in force; null: it was made by code.</summary>
    public string? ConfigSha256()
    {
        if (Model.Config.Content is not { } content)
            return null;
        if (_hashed?.Content != content)
            _hashed = new(content, Convert.ToHexStringLower(SHA256.HashData(content)));
        return _hashed.Hash;
    }

    public KernelView? Steering()
    {
        try
        {
            return server.Steering?.Counters is { } c ? new(c.Steered, c.Passed, c.Denied, c.Limited, c.NoSocket, c.AssignErrors) : null;
        }
        catch (SteeringException)
        {
            return null;
        }
    }

    /// <summary>A session's bytes count while it lives.</summary>
    public void CountBytes()
    {
        foreach (var session in server.Sessions.SnapshotWithShared())
            session.CountLiveBytes();
    }

    /// <summary>The two ends of the client's connection; of a shared one, those of the target's.</summary>
    public static string IdOf(Session session) => session is { SharedBy: not null, Target: { } target } ? $"{target.Local}-{target.Remote}"
        : $"{session.Client.Remote}-{session.Client.Local}";

    /// <summary>Who it is with: its own target, or the one whose connections it shares.</summary>
    private static TcpEndpoint? TargetOf(Session session) => session.Target?.Remote ?? session.Exchange?.Target;

    /// <summary>Whether a session is with a target: as configured, or by its address and port.</summary>
    public static bool IsWith(Session session, string target) =>
        session.TargetState is { } state && (state.Address == target || state.EndpointText == target || TargetOf(session)?.ToString() == target);

    private AppView App(AppModel app) => new()
    {
        Name = app.Name,
        Ports = Ranges(app.Ports),
        Paused = Model.Overrides.Paused.Contains(app.Name),
        Balancing = ConfigWords.Balancing.WordOf(app.Balancing),
        Sessions = app.State.SessionsActive.Value,
        SessionsWaiting = app.State.Line.Count,
        Ended = Counted(TerminationWords.All, reason => (reason.ToWord(), app.State.Ended(reason).Value)),
        Refused = Counted(Admission.LimitKindWords.All, limit => (Admission.LimitKindWords.ToWord(limit), app.State.Refused(limit).Value)),
        OwnConnections = Counted(OwnConnectionWords.All, cause => (cause.ToWord(), app.State.OwnConnections(cause).Value)),
        BytesFromClients = app.State.BytesFromClients.Value,
        BytesFromTargets = app.State.BytesFromTargets.Value,
        Targets = app.State.Group.Endpoints.Length,
        TargetsUp = app.State.Group.Endpoints.Count(e => e.State.Health.IsUp),
        Certificates = [.. CertificatesOf(app)],
    };

    private static IEnumerable<CertificateView> CertificatesOf(AppModel app) =>
        from context in (HotContext?[])[app.Tls, app.TargetTls]
        where context is not null
        from validity in context.Files.Validities
        select new CertificateView(validity.What, validity.File, validity.Until);

    private static TargetView Target(ProxyModel model, AppModel app, TargetEndpoint endpoint)
    {
        var state = endpoint.State;
        var health = state.Health.Report();
        var key = (app.Name, state.Address);
        return new TargetView
        {
            App = app.Name,
            Target = state.Address,
            Endpoint = state.EndpointText,
            Weight = endpoint.Weight,
            Backup = endpoint.IsBackup,
            Change = model.Overrides.Weights.ContainsKey(key) ? "weight" : model.Overrides.Targets.ContainsKey(key) ? "added"
                : model.Config.Marks.GetValueOrDefault(key)?.State,
            Health = health.State,
            Why = health.Why,
            Since = health.Since,
            Sessions = state.Load.SessionsActive,
            SessionsTotal = state.Counters.Sessions,
            ConnectFailures = state.Counters.ConnectFailures,
            ConnectMs = state.Counters.ConnectAverage is { } average ? Math.Round(average.TotalMilliseconds, 3) : null,
            BytesReceived = state.Counters.BytesReceived,
            BytesSent = state.Counters.BytesSent,
            Requests = app.Framing is null || state.Requests is not { } requests ? null : new RequestsView(
                requests.Sent.Value, requests.Answered.Value, requests.Lost.Value, requests.SentAgain.Value, requests.InFlight),
        };
    }

    private SessionView Session(Session session) => new()
    {
        Id = IdOf(session),
        App = session.App.Name,
        Listen = session.SharedBy is null ? session.Client.Local.ToString() : null,
        Client = session.SharedBy is null ? session.Source.ToString() : null,
        SharedBy = session.SharedBy,
        Target = TargetOf(session)?.ToString(),
        AgeSeconds = Math.Round(timeProvider.GetElapsedTime(session.StartedAt).TotalSeconds, 3),
        IdleSeconds = session.Client.Silence is { } silence ? Math.Round(silence.TotalSeconds, 3) : null,
        FromClient = session.FromClient,
        FromTarget = session.FromTarget,
        Requests = session.Exchange?.Requests,
        Own = session.Exchange?.Own?.ToWord(),
        ServerName = session.ServerName,
        Tls = session.ClientTls?.Version,
    };

    /// <summary>It is asked for again and again, and may be large.</summary>
    private sealed record HashedConfig(byte[] Content, string Hash);

    private static Dictionary<string, long> Counted<T>(IEnumerable<T> all, Func<T, (string Word, long Value)> read) =>
        all.Select(read).Where(counted => counted.Value > 0).ToDictionary(counted => counted.Word, counted => counted.Value, StringComparer.Ordinal);

    private static List<string> Ranges(IReadOnlyList<ushort> ports)
    {
        var sorted = ports.Order().ToArray();
        var ranges = new List<string>();
        for (var first = 0; first < sorted.Length;)
        {
            var last = first;
            while (last + 1 < sorted.Length && sorted[last + 1] == sorted[last] + 1)
                last++;
            ranges.Add(first == last ? $"{sorted[first]}" : $"{sorted[first]}-{sorted[last]}");
            first = last + 1;
        }

        return ranges;
    }
}
