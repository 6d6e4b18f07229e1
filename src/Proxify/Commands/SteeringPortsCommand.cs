using System.CommandLine;
using Proxify.Configuration;
using Proxify.Steering;

namespace Proxify.Program.Commands;

/// <summary><c>proxify steering add</c> and <c>remove</c>: ports by hand, without bpftool and its byte order.</summary>
internal static class SteeringPortsCommand
{
    public static Command CreateAdd() => Create(
        "add", "Steer more ports to the running proxy, to its default app, from the next connection on (needs root). A reload leaves them alone; they end with the proxy.", PortsByHand.Add);

    public static Command CreateRemove() =>
        Create("remove", "Stop steering ports that were added by hand; live connections go on (needs root).", PortsByHand.Remove);

    private static Command Create(string name, string description, Action<SteeringView, IReadOnlySet<ushort>> change)
    {
        var words = new Argument<string[]>("PORT") { Description = "Ports, or ranges such as 5200-5299.", Arity = ArgumentArity.OneOrMore };
        words.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!PortRange.TryParse(token.Value, out _))
                    result.AddError($"\"{token.Value}\" is no port and no range of ports; expected 1-65535, such as 5001 or 5200-5299");
            }
        });
        var command = new Command(name, description) { words };
        command.SetAction(parsed => Execute(parsed.GetValue(words)!, change));
        return command;
    }

    private static int Execute(string[] words, Action<SteeringView, IReadOnlySet<ushort>> change)
    {
        var ports = new HashSet<ushort>();
        foreach (var word in words)
        {
            if (PortRange.TryParse(word, out var range))
                ports.UnionWith(Enumerable.Range(range.First, range.Last - range.First + 1).Select(port => (ushort)port));
        }

        try
        {
            change(PortsByHand.FindProxy(), ports);
            return ExitCode.Success;
        }
        catch (SteeringException e)
        {
            Output.WriteError($"proxify: {e.Message}");
            return ExitCode.CannotStart;
        }
    }
}
