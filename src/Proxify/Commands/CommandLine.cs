using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Proxify.Program.Commands.Completion;

namespace Proxify.Program.Commands;

/// <summary>The command line: options and subcommands, and one clear line for wrong usage.</summary>
internal sealed class CommandLine
{
    private const string Examples = """

        Examples:
          proxify                          listen on every port of config.json
          proxify -c /etc/proxify.json     with another config
          sudo proxify -b -p 8080          one listener on port 8080; the kernel steers every port of config.json to it
          sudo proxify steering            show what is steered, from the kernel's own tables
          sudo proxify steering add 7000   steer port 7000 as well, to the default app, until "steering remove 7000" or the proxy's end
          proxify status                   show the running proxy and its apps
          proxify drain web 10.0.0.7:80    give a target no new sessions, until "proxify enable web 10.0.0.7:80"
          proxify check -c new.json        print every error of a config and exit
          proxify echo 9001 9002           answer on these ports with whatever is sent: targets to try things with
          kill -HUP PID                    read the config again (saving the file does that, too)
        """;

    private readonly RootCommand _root = new("proxify: a layer-4 (TCP) proxy and load balancer for Linux.");
    private readonly RunOptions _options = new();

    private CommandLine()
    {
        _options.AddTo(_root);
        _root.SetAction(new RunCommand(_options).ExecuteAsync);
        _root.Subcommands.Add(CheckCommand.Create(_options));
        _root.Subcommands.Add(EchoCommand.Create());
        _root.Subcommands.Add(SteeringCommand.Create());
        foreach (var command in AdminCommands())
            _root.Subcommands.Add(command);
        foreach (var command in CompletionCommand.Create(_root))
            _root.Subcommands.Add(command);
        _root.Subcommands.Add(HelpCommand.Create(_root));
        _root.Subcommands.Add(VersionCommand());
        _root.Options.OfType<VersionOption>().Single().Aliases.Add("-V");
        _root.Directives.Clear();
        var help = _root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    public static async Task<int> RunAsync(string[] args)
    {
        var line = new CommandLine();
        // No response files: a word that begins with @ is that word.
        var parsed = line._root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (line.Problem(parsed) is { } problem)
        {
            Output.WriteProblem($"proxify: {problem.TrimEnd('.')} (see proxify --help)", line._options.IsJson(parsed));
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false });
    }

    private static IEnumerable<Command> AdminCommands() =>
    [
        new StatusCommand(), new TopCommand(), new TargetsCommand(), new SessionsCommand(), .. TargetStateCommand.All(), new ReloadCommand(),
        new UpgradeCommand(), new ConfigCommand(), new EventsCommand(),
    ];

    private string? Problem(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        if (parsed.Action is HelpWithExamples)
            return null;
        // "[word]" would be a directive to the parser, of which there are none.
        if (parsed.Tokens.Where(t => t.Type == TokenType.Directive).Select(t => t.Value).Concat(parsed.UnmatchedTokens).FirstOrDefault() is { } word)
            return Describe(word, verb);
        return parsed.Errors is [var error, ..] ? error.Message : _options.Problem(parsed, verb, isCheck: verb.Name == CheckCommand.Name);
    }

    private string Describe(string word, Command verb)
    {
        if (word.StartsWith('-'))
            return $"unknown option \"{word}\"";
        var isRun = verb == _root;
        if ((isRun || verb.Name == CheckCommand.Name) && (word.AsSpan().ContainsAny('.', '/') || File.Exists(word)))
            return $"\"{word}\": a config file is given with -c: proxify {(isRun ? "" : $"{verb.Name} ")}-c {word}";
        return verb.Subcommands.Count > 0
            ? $"unknown command \"{word}\"; expected one of: {string.Join(", ", verb.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}"
            : $"\"{word}\": {verb.Name} takes no such word";
    }

    private Command VersionCommand()
    {
        var command = new Command("version", "Show version information.");
        command.SetAction((_, stop) => _root.Parse("--version").InvokeAsync(cancellationToken: stop));
        return command;
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        // Who asks for help is not told what else is wrong.
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            if (parseResult.CommandResult.Command is RootCommand)
                parseResult.InvocationConfiguration.Output.WriteLine(Examples.TrimStart('\r', '\n'));
            return result;
        }
    }
}
