using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin.Client.Top;

/// <summary>The lines of a screen: from two moments, whose difference makes the rates.</summary>
internal sealed class TopPage(TopFrame now, TopFrame? before)
{
    private const string Keys = "1 apps  2 targets  3 sessions  s sort  r reverse  / filter  p pause  q quit";

    private readonly Dictionary<string, AppView> _apps = (before?.Apps ?? []).ToDictionary(app => app.Name, StringComparer.Ordinal);

    private readonly Dictionary<(string, string, string), TargetView> _targets =
        (before?.Targets ?? []).ToDictionary(target => (target.App, target.Target, target.Endpoint));

    private readonly double _seconds = before is null ? 0 : TimeProvider.System.GetElapsedTime(before.At, now.At).TotalSeconds;

    public IReadOnlyList<string> Lines(TopView view, int width, int height)
    {
        var head = Head(view.IsPaused, width);
        var table = view.Kind switch
        {
            TopKind.Apps => Apps().Lines(now.Apps, view, width),
            TopKind.Targets => Targets().Lines(now.Targets, view, width),
            _ => Sessions.Lines(now.Sessions.Sessions, view, width),
        };
        var rows = table.ToList();
        view.Limit(rows.Count - 1);
        var room = Math.Max(1, height - head.Count - 2);
        var shown = rows.Skip(1 + view.Skipped).Take(room).Select(line => Fit(line, width).TrimEnd());
        List<string> lines = [.. head, $"\e[7m{Fit(rows[0], width)}\e[0m", .. shown];
        while (lines.Count < height - 1)
            lines.Add("");
        var foot = view.IsFiltering ? $"/{view.Filter}_" : view.Filter.Length > 0 ? $"only rows with \"{view.Filter}\" (/ Escape: all)" : Keys;
        lines.Add(Fit(foot, width).TrimEnd());
        return lines;
    }

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
        new("PORTS", app => app.Paused ? "paused" : string.Join(',', app.Ports)));

    private TopTable<TargetView> Targets() => new(
        new("APP", target => target.App),
        new("TARGET", target => target.Target == target.Endpoint ? target.Target : $"{target.Target} ({target.Endpoint})"),
        new("HEALTH", target => target.Health),
        new("SESSIONS", target => Readable.Count(target.Sessions), target => target.Sessions),
        new("NEW/S", target => $"{NewSessions(target):0.0}", NewSessions),
        new("FAILED/S", target => $"{Failures(target):0.0}", Failures),
        new("WEIGHT", target => $"{target.Weight}{(target.Change is null ? "" : "*")}", target => target.Weight),
        new("SINCE", target => target.Since is { } since ? Readable.Time(TimeProvider.System.GetUtcNow() - since) : "-"),
        new("WHY", target => target.Why ?? ""));

    private static TopTable<SessionView> Sessions { get; } = new(
        new("AGE", session => Readable.Time(TimeSpan.FromSeconds(session.AgeSeconds)), session => session.AgeSeconds),
        new("CLIENT", session => session.Client),
        new("TARGET", session => session.Target ?? "-"),
        new("FROM CLIENT", session => Readable.Bytes(session.FromClient), session => session.FromClient),
        new("FROM TARGET", session => Readable.Bytes(session.FromTarget), session => session.FromTarget),
        new("APP", session => session.App),
        new("LISTEN", session => session.Listen));

    private double NewSessions(AppView app) => PerSecond(Begun(app), Before(app, Begun));

    private double Bytes(AppView app) => PerSecond(BytesOf(app), Before(app, BytesOf));

    private double NewSessions(TargetView target) => PerSecond(target.SessionsTotal, Before(target)?.SessionsTotal);

    private double Failures(TargetView target) => PerSecond(target.ConnectFailures, Before(target)?.ConnectFailures);

    private double? Before(AppView app, Func<AppView, double> value) => _apps.TryGetValue(app.Name, out var was) ? value(was) : null;

    private TargetView? Before(TargetView target) => _targets.GetValueOrDefault((target.App, target.Target, target.Endpoint));

    private double PerSecond(double value, double? was) => was is { } earlier && _seconds > 0 ? Math.Max(0, value - earlier) / _seconds : 0;

    private static double Begun(AppView app) => app.Sessions + app.Ended.Values.Sum();

    /// <summary>Sessions that did not end as sessions do, and those that were refused.</summary>
    private static double Bad(AppView app) => app.Ended.Values.Sum() - app.Ended.GetValueOrDefault("done");

    private static double BytesOf(AppView app) => app.BytesFromClients + app.BytesFromTargets;

    private static string Fit(string line, int width) => Configuration.Printable.Line(line.Length > width ? line[..width] : line.PadRight(width));
}
