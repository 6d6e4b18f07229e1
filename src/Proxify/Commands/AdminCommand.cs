using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Proxify.Program.Admin.Client;

namespace Proxify.Program.Commands;

/// <summary>A command that asks a running proxy.</summary>
internal abstract class AdminCommand : Command
{
    private readonly Option<string?> _place = new("--admin")
    {
        Description = "Where the proxy answers: the path of its UNIX socket, or http://127.0.0.1:9600. Default: $PROXIFY_ADMIN, or the first that is there.",
        HelpName = "PLACE",
    };

    private readonly Option<string?> _token = new("--token")
    {
        Description = "A file with the bearer token, for changes over TCP.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "Print the answer as it comes." };

    protected AdminCommand(string name, string description)
        : base(name, description)
    {
        Options.Add(_place);
        Options.Add(_token);
        Options.Add(_json);
        SetAction(RunAsync);
    }

    protected abstract Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop);

    protected bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Asks, and prints what comes: as it is, or for people.</summary>
    protected async Task AskAsync<T>(
        AdminClient client, ParseResult parsed, HttpMethod method, string path, JsonTypeInfo<T> type, Func<T, string> print, CancellationToken stop)
    {
        var text = await client.SendAsync(method, path, null, stop);
        Print(IsJson(parsed) ? text : print(JsonSerializer.Deserialize(text, type)!));
    }

    protected static void Print(string text)
    {
        foreach (var line in text.Split('\n'))
            Output.WriteLine(line);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        try
        {
            var token = parsed.GetValue(_token) is { } file ? (await File.ReadAllTextAsync(file, stop)).Trim() : null;
            using var client = new AdminClient(parsed.GetValue(_place) ?? AdminPlace.Find(), token);
            await ExecuteAsync(client, parsed, stop);
            return ExitCode.Success;
        }
        catch (Exception e) when (e is AdminClientException or IOException or UnauthorizedAccessException or UriFormatException)
        {
            Output.WriteError($"proxify: {e.Message}");
            return ExitCode.CannotStart;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success;
        }
    }
}
