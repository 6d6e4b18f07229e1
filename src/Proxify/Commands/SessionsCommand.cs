using System.CommandLine;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify sessions</c>: shows live sessions, or ends them.</summary>
internal sealed class SessionsCommand : AdminCommand
{
    private readonly Option<string?> _app = new("--app") { Description = "Of this app.", HelpName = "APP" };
    private readonly Option<string?> _target = new("--target") { Description = "With this target.", HelpName = "TARGET" };
    private readonly Option<string?> _client = new("--client") { Description = "Of this client's address, or address and port.", HelpName = "ADDRESS" };
    private readonly Option<int> _limit = new("--limit") { Description = "Show so many, the oldest first.", HelpName = "N", DefaultValueFactory = _ => 100 };
    private readonly Option<bool> _kill = new("--kill") { Description = "End them instead: at least one of the others has to say which." };

    public SessionsCommand()
        : base("sessions", "Show live sessions and the connections that they share, the oldest first; or end them.")
    {
        foreach (var option in (Option[])[_app, _target, _client, _limit, _kill])
            Options.Add(option);
    }

    protected override Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        var query = string.Join('&', new[] { _app, _target, _client }
            .Where(option => parsed.GetValue(option) is not null)
            .Select(option => $"{option.Name[2..]}={Uri.EscapeDataString(parsed.GetValue(option)!)}"));
        return parsed.GetValue(_kill)
            ? AskAsync(client, parsed, HttpMethod.Delete, $"/v1/sessions?{query}", AdminJson.Api.KillAnswer, answer => $"{answer.Killed} ended", stop)
            : AskAsync(client, parsed, HttpMethod.Get, $"/v1/sessions?{query}&limit={parsed.GetValue(_limit)}", AdminJson.Api.SessionPage, Describe, stop);
    }

    private static string Describe(SessionPage page)
    {
        var table = new TextTable("APP", "CLIENT", "LISTEN", "TARGET", " AGE", " IDLE", " FROM CLIENT", " FROM TARGET");
        foreach (var session in page.Sessions)
        {
            table.Add(session.App, session.ClientText(), session.Listen ?? "-", session.Target ?? "-", Readable.Time(TimeSpan.FromSeconds(session.AgeSeconds)),
                session.IdleSeconds is { } idle ? Readable.Time(TimeSpan.FromSeconds(idle)) : "-",
                Readable.Bytes(session.FromClient), Readable.Bytes(session.FromTarget));
        }

        return table + (page.Total > page.Sessions.Count ? $"\n{page.Sessions.Count} of {page.Total} sessions" : "");
    }
}
