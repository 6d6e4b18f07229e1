using System.CommandLine;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands.Completion;

/// <summary>What a command line may go on with, from the definitions of the commands; apps and targets are asked of the running proxy.</summary>
/// <param name="root">With all commands.</param>
internal sealed class CompletionWords(Command root)
{
    /// <summary>Who presses a key does not wait for longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="words">After the program's name, up to the cursor; the last one is to be completed, and may be empty.</param>
    /// <returns>Words that begin as the last one does; none where a file is wanted, or nothing is known.</returns>
    public async Task<IReadOnlyList<string>> OfAsync(IReadOnlyList<string> words)
    {
        var (command, awaited, arguments) = Follow(words);
        var last = words.Count > 0 ? words[^1] : "";
        IEnumerable<string> all = awaited is not null ? await ValuesAsync(awaited.HelpName ?? "", [])
            : last.StartsWith('-') ? Options(command).SelectMany(option => option.Aliases.Prepend(option.Name))
            : [.. command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name), .. await ValuesAsync(ArgumentAt(command, arguments.Count), arguments)];
        return [.. all.Where(word => word.StartsWith(last, StringComparison.Ordinal)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <returns>The command that the words have led to, the option that waits for its value, and the arguments so far.</returns>
    private (Command Command, Option? Awaited, List<string> Arguments) Follow(IReadOnlyList<string> words)
    {
        var (command, awaited, arguments) = (root, (Option?)null, new List<string>());
        foreach (var word in words.SkipLast(1))
        {
            if (awaited is not null)
                awaited = null;
            else if (word.StartsWith('-'))
                awaited = Options(command).FirstOrDefault(option => option.HelpName is not null && (option.Name == word || option.Aliases.Contains(word)));
            else if (arguments.Count == 0 && command.Subcommands.FirstOrDefault(sub => sub.Name == word) is { } sub)
                command = sub;
            else
                arguments.Add(word);
        }

        return (command, awaited, arguments);
    }

    private IEnumerable<Option> Options(Command command) =>
        command.Options.Concat(command == root ? [] : root.Options.Where(option => option.Recursive)).Where(option => !option.Hidden);

    /// <summary>The last argument may be there several times.</summary>
    private static string ArgumentAt(Command command, int index) => command.Arguments switch
    {
        [] => "",
        var arguments when index < arguments.Count => arguments[index].Name,
        [.., var last] => last.Arity.MaximumNumberOfValues > 1 ? last.Name : "",
    };

    private async Task<IEnumerable<string>> ValuesAsync(string name, List<string> arguments) => name switch
    {
        "APP" => await AskAsync("/v1/apps", AdminJson.Api.IReadOnlyListAppView, app => app.Name),
        "TARGET" => await AskAsync(
            "/v1/targets" + (arguments is [var app, ..] ? $"?app={Uri.EscapeDataString(app)}" : ""), AdminJson.Api.IReadOnlyListTargetView,
            target => target.Target),
        "COMMAND" => root.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name),
        _ when name.Contains('|') => name.Split('|'),
        _ => [],
    };

    private static async Task<IEnumerable<string>> AskAsync<T>(
        string path, System.Text.Json.Serialization.Metadata.JsonTypeInfo<IReadOnlyList<T>> type, Func<T, string> name)
    {
        try
        {
            using var client = new AdminClient(AdminPlace.Find(), token: null);
            using var stop = new CancellationTokenSource(Patience);
            return (await client.GetAsync(path, type, stop.Token)).Select(name);
        }
        catch (Exception e) when (e is AdminClientException or OperationCanceledException or UriFormatException)
        {
            return [];
        }
    }
}
