using System.CommandLine;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify targets</c>.</summary>
internal sealed class TargetsCommand : AdminCommand
{
    private readonly Argument<string?> _app = new("APP") { Description = "Of this app alone.", Arity = ArgumentArity.ZeroOrOne };

    public TargetsCommand()
        : base("targets", "Show the targets: their weights, health and sessions.") => Arguments.Add(_app);

    protected override Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop) => AskAsync(
        client, parsed, HttpMethod.Get, "/v1/targets" + (parsed.GetValue(_app) is { } app ? $"?app={Uri.EscapeDataString(app)}" : ""),
        AdminJson.Api.IReadOnlyListTargetView, Describe, stop);

    private static string Describe(IReadOnlyList<TargetView> targets)
    {
        string[] ofRequests = targets.Any(target => target.Requests is not null) ? [" REQUESTS", " IN FLIGHT"] : [];
        var table = new TextTable(["APP", "TARGET", " WEIGHT", "HEALTH", " SESSIONS", " TOTAL", " FAILURES", " CONNECT", .. ofRequests, "SINCE", "WHY"]);
        foreach (var target in targets)
        {
            string[] requests = ofRequests.Length == 0 ? [] : target.Requests is { } r ? [Readable.Count(r.Sent), Readable.Count(r.InFlight)] : ["-", "-"];
            table.Add([
                target.App, target.Target == target.Endpoint ? target.Target : $"{target.Target} ({target.Endpoint})",
                $"{target.Weight}{(target.Change is null ? "" : "*")}", target.Health, Readable.Count(target.Sessions),
                Readable.Count(target.SessionsTotal), Readable.Count(target.ConnectFailures),
                target.ConnectMs is { } time ? Readable.Milliseconds(time) : "-",
                .. requests, target.Since is { } since ? Readable.Time(TimeProvider.System.GetUtcNow() - since) : "-", target.Why ?? ""]);
        }

        return table + (targets.Any(t => t.Change is not null) ? "\n* changed at run time" : "");
    }
}
