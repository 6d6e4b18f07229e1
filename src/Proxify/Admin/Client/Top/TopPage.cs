using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin.Client.Top;

/// <summary>The lines of a screen: from two moments, whose difference makes the rates.</summary>
internal sealed class TopPage(TopFrame now, TopFrame? before)
{
    private const string Selected = "\e[7m";
    private const string Bold = "\e[1m";
    private const string Usual = "\e[0m";
    private const string Keys = "1 apps  2 targets  3 sessions  d drain  e enable  x disable  K kill  ? help";

    private static readonly string[] Help =
    [
        "1 2 3  Tab      apps, targets, sessions",
        "arrows  j k     select a row; also Page Up and Down, Home and End (g G)",
        "s  r            sort by the next column; the other way round",
        "/               only rows with a text; Escape: all",
        "p               stand still, or go on",
        "",
        "of the selected row, each after a question:",
        "d               drain the target: it gets no new sessions",
        "e               enable it: it gets its own weight again",
        "x               disable it: no new sessions, and those it has are ended",
        "K               end the session, or all sessions of the target or app",
        "",
        "q               quit",
    ];

    private readonly Dictionary<string, AppView> _apps = (before?.Apps ?? []).ToDictionary(app => app.Name, StringComparer.Ordinal);

    private readonly Dictionary<(string, string, string), TargetView> _targets =
        (before?.Targets ?? []).ToDictionary(target => (target.App, target.Target, target.Endpoint));

    private readonly Dictionary<string, SessionView> _sessions =
        (before?.Sessions.Sessions ?? []).ToDictionary(session => session.Id, StringComparer.Ordinal);

    private readonly double _seconds = before is null ? 0 : TimeProvider.System.GetElapsedTime(before.At, now.At).TotalSeconds;

    public IReadOnlyList<string> Lines(TopView view, int width, int height)
    {
        var head = Head(view.IsPaused, width);
        var room = Math.Max(1, height - head.Count - 2);
        List<string> lines = view.IsHelpShown ? [.. head, .. Help.Select(line => Fit(line, width).TrimEnd())] : [.. head, .. Table(view, width, room)];
        while (lines.Count < height - 1)
            lines.Add("");
        lines.Add(Fit(Foot(view), width).TrimEnd());
        return lines;
    }

    private IEnumerable<string> Table(TopView view, int width, int room)
    {
        var (heading, rows) = view.Kind switch
        {
            TopKind.Apps => Apps().Show(now.Apps, view, width),
            TopKind.Targets => Targets().Show(now.Targets, view, width),
            _ => Sessions().Show(now.Sessions.Sessions, view, width),
        };
        view.Selection.Follow(rows, room);
        var selected = view.Selection.Row;
        return rows.Skip(view.Selection.Skipped).Take(room)
            .Select(row => row == selected ? $"{Selected}{Fit(row.Line, width)}{Usual}" : Fit(row.Line, width).TrimEnd())
            .Prepend($"{Bold}{Fit(heading, width)}{Usual}");
    }

    private static string Foot(TopView view) => view switch
    {
        { IsHelpShown: true } => "any key: back",
        { Asked: { } action } => $"{action.Question}? y/N",
        { Message: { } message } => message,
        { IsFiltering: true } => $"/{view.Filter}_",
        { Filter.Length: > 0 } => $"only rows with \"{view.Filter}\" (/ Escape: all)",
        _ => Keys,
    };

    /// <summary>Without what makes a terminal show it otherwise.</summary>
    public static string Plain(string line) => line.Replace(Selected, "").Replace(Bold, "").Replace(Usual, "").TrimEnd();

    private List<string> Head(bool isPaused, int width)
    {
        var status = now.Status;
        var up = status.StartedAt is { } since ? Readable.Time(TimeProvider.System.GetUtcNow() - since) : "-";
        var sessions = PerSecond(now.Apps.Sum(Begun), before?.Apps.Sum(Begun));
        var bytes = PerSecond(now.Apps.Sum(BytesOf), before?.Apps.Sum(BytesOf));
        List<string> text =
        [
            $"proxify {status.Version.Split('+')[0]}  up {up}  {status.Transport}  generation {status.Generation}{(isPaused ? "  PAUSED" : "")}",
            $"{Readable.Count(status.Sessions)} sessions  {sessions:0} new/s  {Readable.Bytes(bytes)}/s  {status.TargetsUp}/{status.Targets} targets up"
                + (status.SessionsWaiting > 0 ? $"  {status.SessionsWaiting} waiting" : "")
                + (status.Changes.Count > 0 ? $"  {status.Changes.Count} changes" : ""),
        ];
        if (status.LastReload is { Applied: false } failed)
            text.Add($"the config file was refused: {string.Join("; ", failed.Problems)}");
        return [.. text.Select(line => Fit(line, width).TrimEnd()), ""];
    }

    private TopTable<AppView> Apps() => new(
        new("APP", app => app.Name),
        new("SESSIONS", app => Readable.Count(app.Sessions), app => app.Sessions),
        new("NEW/S", app => $"{NewSessions(app):0.0}", NewSessions),
        new("BYTES/S", app => Readable.Bytes(Bytes(app)), Bytes),
        new("UP", app => $"{app.TargetsUp}/{app.Targets}", app => app.Targets == 0 ? 1 : (double)app.TargetsUp / app.Targets),
        new("WAITING", app => Readable.Count(app.SessionsWaiting), app => app.SessionsWaiting),
        new("BAD/S", app => $"{PerSecond(Bad(app), Before(app, Bad)):0.0}", app => PerSecond(Bad(app), Before(app, Bad))),
        new("ENDED", app => Readable.Count(app.Ended.Values.Sum()), app => app.Ended.Values.Sum()),
        new("PORTS", app => app.Paused ? "paused" : string.Join(',', app.Ports)))
    { Row = app => new TopRow(app.Name, "", app.Name) };

    private TopTable<TargetView> Targets() => new([
        new("APP", target => target.App),
        new("TARGET", target => target.Target == target.Endpoint ? target.Target : $"{target.Target} ({target.Endpoint})"),
        new("HEALTH", target => target.Health),
        new("SESSIONS", target => Readable.Count(target.Sessions), target => target.Sessions),
        new("NEW/S", target => $"{NewSessions(target):0.0}", NewSessions),
        .. now.Targets.Any(target => target.Requests is not null) ? OfRequests() : [],
        new("BYTES/S", target => Readable.Bytes(Bytes(target)), Bytes),
        new("CONNECT", target => target.ConnectMs is { } time ? Readable.Milliseconds(time) : "-", target => target.ConnectMs ?? 0),
        new("FAILED/S", target => $"{Failures(target):0.0}", Failures),
        new("WEIGHT", target => $"{target.Weight}{(target.Change is null ? "" : "*")}", target => target.Weight),
        new("SINCE", target => target.Since is { } since ? Readable.Time(TimeProvider.System.GetUtcNow() - since) : "-"),
        new("WHY", target => target.Why ?? ""),
    ])
    { Row = target => new TopRow($"{target.App} {target.Target} {target.Endpoint}", "", target.App, target.Target) };

    /// <summary>Where the proxy knows any.</summary>
    private TopColumn<TargetView>[] OfRequests() =>
    [
        new("REQUESTS/S", target => target.Requests is null ? "-" : $"{Requests(target):0}", Requests),
        new("IN FLIGHT", target => target.Requests is { } requests ? Readable.Count(requests.InFlight) : "-", target => target.Requests?.InFlight ?? 0),
    ];

    private TopTable<SessionView> Sessions() => new(
        new("AGE", session => Readable.Time(TimeSpan.FromSeconds(session.AgeSeconds)), session => session.AgeSeconds),
        new("IDLE", session => session.IdleSeconds is { } idle ? Readable.Time(TimeSpan.FromSeconds(idle)) : "-", session => session.IdleSeconds ?? 0),
        new("CLIENT", session => session.ClientText()),
        new("TARGET", session => session.Target ?? "-"),
        new("FROM CLIENT", session => Readable.Bytes(session.FromClient), session => session.FromClient),
        new("FROM TARGET", session => Readable.Bytes(session.FromTarget), session => session.FromTarget),
        new("BYTES/S", session => Readable.Bytes(Bytes(session)), Bytes),
        new("APP", session => session.App),
        new("LISTEN", session => session.Listen ?? "-"))
    { Row = session => new TopRow(session.Id, "", session.App, Session: session.Id) };

    private double NewSessions(AppView app) => PerSecond(Begun(app), Before(app, Begun));

    private double Bytes(AppView app) => PerSecond(BytesOf(app), Before(app, BytesOf));

    private double NewSessions(TargetView target) => PerSecond(target.SessionsTotal, Before(target)?.SessionsTotal);

    private double Bytes(TargetView target) => PerSecond(BytesOf(target), Before(target) is { } was ? BytesOf(was) : null);

    private double Bytes(SessionView session) => PerSecond(
        session.FromClient + session.FromTarget, _sessions.TryGetValue(session.Id, out var was) ? was.FromClient + was.FromTarget : null);

    private double Requests(TargetView target) => PerSecond(
        target.Requests?.Sent ?? 0, Before(target) is { } was ? was.Requests?.Sent ?? 0 : null);

    private double Failures(TargetView target) => PerSecond(target.ConnectFailures, Before(target)?.ConnectFailures);

    private double? Before(AppView app, Func<AppView, double> value) => _apps.TryGetValue(app.Name, out var was) ? value(was) : null;

    private TargetView? Before(TargetView target) => _targets.GetValueOrDefault((target.App, target.Target, target.Endpoint));

    private double PerSecond(double value, double? was) => was is { } earlier && _seconds > 0 ? Math.Max(0, value - earlier) / _seconds : 0;

    private static double Begun(AppView app) => app.Sessions + app.Ended.Values.Sum();

    /// <summary>Sessions that did not end as sessions do, and those that were refused.</summary>
    private static double Bad(AppView app) => app.Ended.Values.Sum() - app.Ended.GetValueOrDefault("done");

    private static double BytesOf(TargetView target) => target.BytesReceived + target.BytesSent;

    private static double BytesOf(AppView app) => app.BytesFromClients + app.BytesFromTargets;

    private static string Fit(string line, int width) => Configuration.Printable.Line(line.Length > width ? line[..width] : line.PadRight(width));
}
