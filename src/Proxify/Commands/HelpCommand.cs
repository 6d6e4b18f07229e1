using System.CommandLine;

namespace Proxify.Program.Commands;

/// <summary><c>proxify help [COMMAND]</c>: what <c>proxify [COMMAND] --help</c> shows.</summary>
internal static class HelpCommand
{
    public static Command Create(RootCommand root)
    {
        var words = new Argument<string[]>("COMMAND") { Description = "The command to explain.", Arity = ArgumentArity.ZeroOrMore };
        words.Validators.Add(result =>
        {
            Command at = root;
            foreach (var token in result.Tokens)
            {
                if (at.Subcommands.FirstOrDefault(c => c.Name == token.Value) is { } next)
                    at = next;
                else
                    result.AddError($"\"{token.Value}\" is no command");
            }
        });
        var command = new Command("help", "Show help, for one command or in general.") { words };
        command.SetAction((parsed, stop) => root.Parse([.. parsed.GetValue(words)!, "--help"]).InvokeAsync(cancellationToken: stop));
        return command;
    }
}
