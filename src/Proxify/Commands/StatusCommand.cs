using System.CommandLine;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;
using TargetMark = Proxify.Configuration.TargetMark;

namespace Proxify.Program.Commands;

/// <summary><c>proxify status</c>: whether all is well, on one screen.</summary>
internal sealed class StatusCommand : AdminCommand
{
    private readonly Option<bool> _fleet = new("--fleet")
    {
        Description = "Show all proxies whose config comes from the same place in etcd instead, and the targets that are drained or disabled on all of them.",
    };

    public StatusCommand()
        : base("status", "Show the running proxy: version, config, apps, and what was changed at run time.") => Options.Add(_fleet);

    protected override async Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        if (parsed.GetValue(_fleet))
        {
            await AskAsync(client, parsed, HttpMethod.Get, "/v1/fleet", AdminJson.Api.FleetView, Describe, stop);
            return;
        }

        if (IsJson(parsed))
        {
            Print(await client.SendAsync(HttpMethod.Get, "/v1/status", null, stop));
            return;
        }

        var status = await client.GetAsync("/v1/status", AdminJson.Api.StatusView, stop);
        Print(Describe(status));
        Print("");
        Print(Describe(await client.GetAsync("/v1/apps", AdminJson.Api.IReadOnlyListAppView, stop)));
    }

    private static string Describe(FleetView fleet) => FleetText.Describe(fleet, TimeProvider.System.GetUtcNow());

    private static string Describe(StatusView status)
    {
        var up = status.StartedAt is { } since ? Readable.Time(TimeProvider.System.GetUtcNow() - since) : "-";
        var lines = new List<string>
        {
            $"proxify {status.Version.Split('+')[0]}, process {status.Pid}, up {up}, transport {status.Transport}",
            $"{status.ConfigFile}, generation {status.Generation}",
            $"{Readable.Count(status.Sessions)} sessions ({Readable.Count(status.SessionsWaiting)} waiting), {status.TargetsUp} of {status.Targets} targets up",
        };
        if (status.Source is { Connected: false } lost)
        {
            lines.Add($"etcd does not answer since {lost.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}: {lost.Problem}");
            lines.Add($"the config in force is that of revision {lost.RevisionInForce}");
        }

        if (status.LastReload is { Applied: false } failed)
            lines.AddRange(failed.Problems.Prepend($"the reload at {failed.At.ToLocalTime():yyyy-MM-dd HH:mm:ss} was refused, the config before is in force:"));
        if (status.Steering is { } kernel)
        {
            lines.Add($"steering: {kernel.Steered} steered, {kernel.Passed} passed, {kernel.Denied} denied, {kernel.Limited} limited, "
                + $"{kernel.NoSocket} without socket");
        }

        if (status.State is { Problem: { } problem } state)
            lines.Add($"changes made at run time are not kept, {state.File} cannot be written: {problem}");
        lines.AddRange(status.Changes.Select(change => $"changed at run time: {Describe(change)}"));
        return string.Join('\n', lines);
    }

    private static string Describe(ChangeView change) => change.Kind switch
    {
        "weight" => $"{change.App} {change.Target}: weight {change.Value}, configured {change.Configured}",
        "target_added" => $"{change.App} {change.Target}: added",
        "target_removed" => $"{change.App} {change.Target}: taken away",
        TargetMark.Drained or TargetMark.Disabled => $"{change.App} {change.Target}: {change.Kind}, as on all proxies of this config",
        "port" => $"{change.App}: port {change.Value} opened",
        _ => $"{change.App}: {change.Kind}",
    };

    private static string Describe(IReadOnlyList<AppView> apps)
    {
        var table = new TextTable("APP", "PORTS", " SESSIONS", " WAITING", " ENDED", " FROM CLIENTS", " FROM TARGETS", " TARGETS UP");
        foreach (var app in apps)
        {
            var ports = string.Join(",", app.Ports);
            table.Add(
                app.Name, app.Paused ? "paused" : ports.Length > 20 ? $"{ports[..17]}..." : ports, Readable.Count(app.Sessions),
                Readable.Count(app.SessionsWaiting), Readable.Count(app.Ended.Values.Sum()), Readable.Bytes(app.BytesFromClients),
                Readable.Bytes(app.BytesFromTargets), $"{app.TargetsUp}/{app.Targets}");
        }

        return table.ToString();
    }
}
