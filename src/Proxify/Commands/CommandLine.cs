using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Proxify.Program.Commands;

/// <summary>The command line: options and subcommands, and one clear line for wrong usage.</summary>
internal static class CommandLine
{
    private const string Examples = """

        Examples:
          proxify                          listen on every port of config.json
          proxify -c /etc/proxify.json     with another config
          sudo proxify -b -p 8080          one listener on port 8080; the kernel steers every port of config.json to it
          sudo proxify steering            show what is steered, from the kernel's own tables
          proxify check -c new.json        print every error of a config and exit
          proxify echo 9001 9002           answer on these ports with whatever is sent: targets to try things with
          kill -HUP PID                    read the config again (saving the file does that, too)
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("proxify: a layer-4 (TCP) proxy and load balancer for Linux.");
        var run = new RunCommand();
        foreach (var option in run.Options)
            root.Options.Add(option);
        root.Validators.Add(run.Check);
        root.SetAction(run.ExecuteAsync);
        root.Subcommands.Add(CheckCommand.Create());
        root.Subcommands.Add(EchoCommand.Create());
        root.Subcommands.Add(SteeringCommand.Create());
        AddExamples(root);

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"proxify: {parsed.Errors[0].Message.TrimEnd('.')} (see proxify --help)");
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
    }

    private static void AddExamples(RootCommand root)
    {
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            parseResult.InvocationConfiguration.Output.WriteLine(Examples.TrimStart('\r', '\n'));
            return result;
        }
    }
}
