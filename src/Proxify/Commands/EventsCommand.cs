using System.CommandLine;
using System.Text.Json;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify events</c>: what has happened, and with <c>-f</c> what happens.</summary>
internal sealed class EventsCommand : AdminCommand
{
    private readonly Option<bool> _follow = new("--follow", "-f") { Description = "Go on with each that comes." };

    public EventsCommand()
        : base("events", "Show the last thousand events of the log: health, reloads, changes, limits.") => Options.Add(_follow);

    protected override async Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        if (!parsed.GetValue(_follow))
        {
            await AskAsync(client, parsed, HttpMethod.Get, "/v1/events", AdminJson.Api.IReadOnlyListEventView,
                events => string.Join('\n', events.Select(Describe)), stop);
            return;
        }

        await foreach (var line in client.StreamAsync("/v1/events/stream?after=0", stop))
            Print(IsJson(parsed) ? line : Describe(JsonSerializer.Deserialize(line, AdminJson.Api.EventView)!));
    }

    private static string Describe(EventView view) => $"{view.Time.ToLocalTime():yyyy-MM-dd HH:mm:ss.fff} {view.Level,-5} {view.Message}";
}
