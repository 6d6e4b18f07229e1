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
        var table = new TextTable("APP", "TARGET", " WEIGHT", "HEALTH", " SESSIONS", " TOTAL", " FAILURES", "SINCE", "WHY");
        foreach (var target in targets)
        {
            table.Add(target.App, target.Target == target.Endpoint ? target.Target : $"{target.Target} ({target.Endpoint})",
                $"{target.Weight}{(target.Change is null ? "" : "*")}", target.Health, Readable.Count(target.Sessions),
                Readable.Count(target.SessionsTotal), Readable.Count(target.ConnectFailures),
                target.Since is { } since ? Readable.Time(TimeProvider.System.GetUtcNow() - since) : "-", target.Why ?? "");
        }

        return table + (targets.Any(t => t.Change is not null) ? "\n* changed at run time" : "");
    }
}
