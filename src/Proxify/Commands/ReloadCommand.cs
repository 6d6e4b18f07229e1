using System.CommandLine;
using System.Text.Json;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify reload</c>: as SIGHUP, but says what has come of it.</summary>
internal sealed class ReloadCommand() : AdminCommand("reload", "Have the config file read again, and say what has come of it.")
{
    protected override async Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        var text = await client.SendAsync(HttpMethod.Post, "/v1/reload", null, stop);
        var answer = JsonSerializer.Deserialize(text, AdminJson.Api.ReloadView)!;
        if (IsJson(parsed))
            Print(text);
        else if (answer.Applied)
            Print("reloaded");
        if (!answer.Applied)
            throw new AdminClientException($"the config before stays in force: {string.Join("; ", answer.Problems)}");
    }
}
