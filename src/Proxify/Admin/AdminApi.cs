using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Program.Admin.Metrics;
using Proxify.Program.Admin.Views;
using Proxify.Program.Logging;
using Proxify.Sessions;

namespace Proxify.Program.Admin;

/// <summary>What the admin API does, route by route.</summary>
/// <param name="service">Started.</param>
/// <param name="configName">Where the config comes from: an absolute path, or an address.</param>
/// <param name="upgrade">Has another process take this one's place.</param>
/// <param name="events">Of the log.</param>
/// <param name="log">What is logged.</param>
/// <param name="fleet">The other proxies; null: there is none that this one knows of.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Told of changes.</param>
internal sealed class AdminApi(
    ProxyService service, string configName, Upgrade upgrade, EventHistory events, LineLogger log, IFleet? fleet, TimeProvider timeProvider,
    ILogger logger)
{
    private const int MostSessions = 1000;

    private static readonly TimeSpan LongestDrain = TimeSpan.FromDays(1);

    private readonly ProxyServer _server = service.Server!;
    private readonly ProxyViews _views = new(service.Server!, timeProvider);

    private static readonly JsonSerializerOptions Indented = new(AdminJson.Api.Options) { WriteIndented = true };

    private static readonly (string, string)[] SessionFilter =
        [("app", "of this app"), ("target", "with this target"), ("client", "of this address, or address and port")];

    public IReadOnlyList<AdminRoute> Routes => field ??=
    [
        new("GET", "/v1/status", "The proxy as a whole.", GetStatusAsync) { Result = AdminJson.Api.StatusView },
        new("GET", "/v1/apps", "The apps.", call => call.WriteAsync(_views.Apps(), AdminJson.Api.IReadOnlyListAppView, Generation))
        { Result = AdminJson.Api.IReadOnlyListAppView },
        new("GET", "/v1/targets", "The targets, each of their addresses by itself.", GetTargetsAsync)
        { Query = [("app", "of this app")], Result = AdminJson.Api.IReadOnlyListTargetView },
        new("GET", "/v1/sessions", "Live sessions, and connections that they share, the oldest first.", GetSessionsAsync)
        { Query = [.. SessionFilter, ("skip", "leave out so many"), ("limit", $"at most so many: 1-{MostSessions}, 100")], Result = AdminJson.Api.SessionPage },
        new("GET", "/v1/changes", "What was changed at run time and still holds.",
            call => call.WriteAsync(_views.Changes(), AdminJson.Api.IReadOnlyListChangeView, Generation))
        { Result = AdminJson.Api.IReadOnlyListChangeView },
        new("GET", "/v1/config", "The config file as it is in force, but for what checks send.", call => WriteConfigAsync(call, withChanges: false)),
        new("GET", "/v1/config/effective", "The same, with what was changed at run time, as a file would have to say it.",
            call => WriteConfigAsync(call, withChanges: true)),
        new("GET", "/v1/events", "The last thousand events of the log.",
            call => call.WriteAsync(events.After(call.Query("after", 0, long.MaxValue, absent: 0)), AdminJson.Api.IReadOnlyListEventView))
        { Query = [("after", "those after this number")], Result = AdminJson.Api.IReadOnlyListEventView },
        new("GET", "/v1/events/stream", "The same, and each that comes, as server-sent events.", StreamEventsAsync)
        { Query = [("after", "those after this number")] },
        new("GET", "/v1/openapi.json", "This description.",
            call => call.WriteAsync("application/json", Encoding.UTF8.GetBytes(OpenApi.Describe(Routes!).ToJsonString(Indented)))),
        new("GET", "/metrics", "For Prometheus: text, or OpenMetrics where it is asked for.", GetMetricsAsync)
        { Query = [("app", "of this app alone"), ("targets", $"so many targets have series of their own: 0-1000000, {MetricsPage.MostTargets}")] },

        new("PUT", "/v1/apps/{app}/targets/{target}/weight", "Gives a target another weight; null: its own.", PutWeightAsync)
        { Body = AdminJson.Api.WeightBody, Result = AdminJson.Api.WeightAnswer },
        new("POST", "/v1/apps/{app}/targets/{target}/enable", "Gives a target its own weight again.", call => SetWeightAsync(call, null, kill: false))
        { Result = AdminJson.Api.WeightAnswer },
        new("POST", "/v1/apps/{app}/targets/{target}/drain", "Gives a target no new sessions.", call => SetWeightAsync(call, 0, kill: false))
        { Query = [("within", "and ends those it has, spread evenly over this time: 30s, 5m")], Result = AdminJson.Api.WeightAnswer },
        new("POST", "/v1/apps/{app}/targets/{target}/disable", "Gives a target no new sessions, and ends those it has.",
            call => SetWeightAsync(call, 0, kill: true))
        { Result = AdminJson.Api.WeightAnswer },
        new("POST", "/v1/apps/{app}/targets", "Adds a target.", AddTargetAsync) { Body = AdminJson.Api.TargetBody, Result = AdminJson.Api.ChangeAnswer },
        new("DELETE", "/v1/apps/{app}/targets/{target}", "Takes a target away.", async call =>
        {
            await Changes(call).RemoveTargetAsync(call["app"], call["target"]);
            await ChangedAsync(call);
        })
        { Result = AdminJson.Api.ChangeAnswer },
        new("PUT", "/v1/apps/{app}/ports/{port}", "Opens a port.", async call =>
        {
            await Changes(call).AddPortAsync(call["app"], Port(call));
            await ChangedAsync(call);
        })
        { Result = AdminJson.Api.ChangeAnswer },
        new("DELETE", "/v1/apps/{app}/ports/{port}", "Closes a port that was opened at run time.", async call =>
        {
            await Changes(call).RemovePortAsync(call["app"], Port(call));
            await ChangedAsync(call);
        })
        { Result = AdminJson.Api.ChangeAnswer },
        new("POST", "/v1/apps/{app}/pause", "Closes an app's ports; its sessions go on.", call => SetPauseAsync(call, isPaused: true))
        { Result = AdminJson.Api.ChangeAnswer },
        new("POST", "/v1/apps/{app}/resume", "Opens them again.", call => SetPauseAsync(call, isPaused: false)) { Result = AdminJson.Api.ChangeAnswer },
        new("DELETE", "/v1/sessions", "Ends live sessions; at least one filter has to be given.", KillAsync)
        { Query = [.. SessionFilter, ("id", "the one of this id")], Result = AdminJson.Api.KillAnswer },
        new("POST", "/v1/reload", "Reads the config file again.", ReloadAsync) { Result = AdminJson.Api.ReloadView },
        new("POST", "/v1/upgrade", "Has the program, as it is on the disk now, take this process's place.", UpgradeAsync)
        { Result = AdminJson.Api.UpgradeView },
        .. new FleetApi(fleet, service.Server!, timeProvider).Routes,
        new("PUT", "/v1/log-level", "Changes the least level that is logged.", PutLogLevelAsync)
        { Body = AdminJson.Api.LogLevelBody, Result = AdminJson.Api.LogLevelAnswer },
    ];

    private long Generation => _server.Runtime.Generation;

    private LiveChanges Changes(AdminCall call) => _server.Changes(call.IfGeneration);

    private Task ChangedAsync(AdminCall call, bool changed = true) =>
        call.WriteAsync(new ChangeAnswer(Generation, changed, _server.Kept.Problem), AdminJson.Api.ChangeAnswer, Generation);

    private Task GetStatusAsync(AdminCall call)
    {
        var model = _views.Model;
        var targets = model.Apps.SelectMany(app => app.State.Group.Endpoints).ToArray();
        var status = new StatusView
        {
            Version = ProgramVersion.Text,
            Pid = Environment.ProcessId,
            StartedAt = _server.StartedAt,
            Transport = _server.Transport.Name,
            Workers = _server.Transport.Workers,
            Generation = Generation,
            ConfigFile = configName,
            Source = service.Source?.Status is { } source
                ? new SourceView(source.Connected, source.Problem, source.Since, source.Revision, source.RevisionInForce) : null,
            ConfigSha256 = _views.ConfigSha256(),
            LastReload = LastReload,
            State = _server.Kept.Place is { } place ? new StateView(place, _server.Kept.Problem) : null,
            Apps = model.Apps.Length,
            Targets = targets.Length,
            TargetsUp = targets.Count(target => target.State.Health.IsUp),
            Sessions = _server.ActiveSessions,
            SessionsWaiting = model.Apps.Sum(app => (long)app.State.Line.Count),
            BufferBytes = _server.Transport.BufferBytes,
            MayChange = call.MayChange,
            Steering = _views.Steering(),
            Changes = _views.Changes(),
        };
        return call.WriteAsync(status, AdminJson.Api.StatusView, Generation);
    }

    private ReloadView? LastReload => service.LastReload is { } reload ? new ReloadView(reload.At, reload.Problems.Count == 0, reload.Problems) : null;

    private Task GetTargetsAsync(AdminCall call) =>
        call.WriteAsync(_views.Targets(App(call.Query("app"))), AdminJson.Api.IReadOnlyListTargetView, Generation);

    private Task GetSessionsAsync(AdminCall call)
    {
        var filter = Filter(call);
        var all = _server.Sessions.SnapshotWithShared().Where(filter).OrderBy(session => session.StartedAt).ToList();
        var (skip, limit) = (call.Query("skip", 0, int.MaxValue, absent: 0), call.Query("limit", 1, MostSessions, absent: 100));
        return call.WriteAsync(new SessionPage(all.Count, _views.Sessions(all.Skip((int)skip).Take((int)limit))), AdminJson.Api.SessionPage);
    }

    private Task WriteConfigAsync(AdminCall call, bool withChanges) => call.WriteAsync("application/json", ConfigText.Write(_views.Model, withChanges));

    private async Task StreamEventsAsync(AdminCall call)
    {
        var after = call.Query("after", 0, long.MaxValue, absent: long.MaxValue); // before an answer has begun, which then is none of an error
        await call.BeginStreamAsync();
        await foreach (var view in events.FollowAsync(after, call.Gone))
            await call.WriteEventAsync(view.Number, view, AdminJson.Api.EventView);
    }

    private Task GetMetricsAsync(AdminCall call) => call.WriteMetricsAsync(writer => new MetricsPage(service, _views, log)
        .WriteAsync(writer, App(call.Query("app")), (int)call.Query("targets", 0, 1_000_000, absent: MetricsPage.MostTargets), call.Gone));

    private async Task PutWeightAsync(AdminCall call)
    {
        var body = await call.ReadAsync(AdminJson.Api.WeightBody);
        if (body.Weight is < 0 or > TargetOptions.MostWeight)
            throw AdminException.Bad($"weight: expected 0-{TargetOptions.MostWeight} or null, found {body.Weight}");
        await SetWeightAsync(call, body.Weight, kill: false);
    }

    private async Task SetWeightAsync(AdminCall call, int? weight, bool kill)
    {
        var (app, target) = (call["app"], call["target"]);
        var changes = Changes(call);
        _ = Within(call); // before anything has been done
        var before = await changes.SetWeightAsync(app, target, weight);
        var killed = kill ? changes.Kill(session => session.App.Name == app && session.TargetState?.Address == target) : 0;
        if (weight == 0 && Within(call) is { } within)
            changes.ResetDrained(app, target, within);
        var now = _views.Targets(app).FirstOrDefault(t => t.Target == target)?.Weight ?? weight ?? 0;
        await call.WriteAsync(new WeightAnswer(Generation, before, now, killed, _server.Kept.Problem), AdminJson.Api.WeightAnswer, Generation);
    }

    private async Task AddTargetAsync(AdminCall call)
    {
        var body = await call.ReadAsync(AdminJson.Api.TargetBody);
        TargetConfig target;
        try
        {
            target = (TargetConfig)body.Target with { Weight = body.Weight, Backup = body.Backup };
        }
        catch (FormatException e)
        {
            throw AdminException.Bad($"target: {e.Message}");
        }

        await Changes(call).AddTargetAsync(call["app"], target);
        await ChangedAsync(call);
    }

    private async Task SetPauseAsync(AdminCall call, bool isPaused) =>
        await ChangedAsync(call, await Changes(call).SetPauseAsync(call["app"], isPaused));

    private Task KillAsync(AdminCall call)
    {
        CheckGeneration(call);
        var id = call.Query("id");
        if (id is null && Array.TrueForAll(SessionFilter, filter => call.Query(filter.Item1) is null))
            throw AdminException.Bad("which sessions? Expected id, app, target or client");
        var filter = Filter(call);
        var killed = Changes(call).Kill(session => filter(session) && (id is null || ProxyViews.IdOf(session) == id));
        return call.WriteAsync(new KillAnswer(killed), AdminJson.Api.KillAnswer);
    }

    private async Task ReloadAsync(AdminCall call)
    {
        CheckGeneration(call);
        await service.ReloadAsync();
        await call.WriteAsync(LastReload ?? throw new OperationCanceledException(), AdminJson.Api.ReloadView, Generation);
    }

    private async Task UpgradeAsync(AdminCall call)
    {
        CheckGeneration(call);
        var outcome = await upgrade.RunAsync();
        try
        {
            await call.WriteAsync(outcome.View, AdminJson.Api.UpgradeView);
            await call.CompleteAsync(); // the API ends with this process
        }
        finally
        {
            upgrade.Conclude(outcome);
        }
    }

    private async Task PutLogLevelAsync(AdminCall call)
    {
        CheckGeneration(call);
        var body = await call.ReadAsync(AdminJson.Api.LogLevelBody);
        if (!LogLevels.Words.TryGetValue(body.Level, out var level))
            throw AdminException.Bad($"level: \"{body.Level}\" is unknown; expected one of: {string.Join(", ", LogLevels.Words.Keys)}");
        var before = LogLevels.Word(log.Levels.Level);
        log.Levels.Level = level;
        AdminLog.LogLevelSet(logger, body.Level, before);
        await call.WriteAsync(new LogLevelAnswer(body.Level, before), AdminJson.Api.LogLevelAnswer);
    }

    /// <summary>For what does not go through <see cref="Changes"/>, which looks at it in the change itself.</summary>
    private void CheckGeneration(AdminCall call)
    {
        if (call.IfGeneration is { } expected && expected != Generation)
            throw new StaleGenerationException();
    }

    private Func<Session, bool> Filter(AdminCall call)
    {
        var (app, target, client) = (App(call.Query("app")), call.Query("target"), call.Query("client"));
        return session => (app is null || session.App.Name == app)
            && (target is null || ProxyViews.IsWith(session, target))
            && (client is null || (session.SharedBy is null && (session.Source.AddressText == client || session.Source.ToString() == client)));
    }

    /// <summary>A name that no app has is a mistake, and not an app without anything.</summary>
    private string? App(string? name) => name is null || _views.Model.Apps.Any(app => app.Name == name) ? name
        : throw AdminException.NotFound($"no app is named {name}");

    private static TimeSpan? Within(AdminCall call) => call.Time("within", TimeSpan.Zero, LongestDrain);

    private static int Port(AdminCall call) =>
        int.TryParse(call["port"], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && PortNumber.IsValid(port) ? port
        : throw AdminException.Bad($"\"{call["port"]}\" is no port; expected {PortNumber.Min}-{PortNumber.Max}");
}
