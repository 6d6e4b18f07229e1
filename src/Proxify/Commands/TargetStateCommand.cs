using System.CommandLine;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify drain</c>, <c>enable</c>, <c>disable</c>.</summary>
internal sealed class TargetStateCommand : AdminCommand
{
    private readonly Argument<string> _app = new("APP") { Description = "The app's name." };
    private readonly Argument<string> _target = new("TARGET") { Description = "The target, as the config has it." };

    private readonly Option<string?> _within = new("--within")
    {
        Description = "End its sessions as well, spread evenly over this time: 30s, 5m.",
        HelpName = "TIME",
    };

    private TargetStateCommand(string name, string description, bool takesTime = false)
        : base(name, description)
    {
        Arguments.Add(_app);
        Arguments.Add(_target);
        if (takesTime)
            Options.Add(_within);
    }

    public static IEnumerable<Command> All() =>
    [
        new TargetStateCommand(
            "drain", "Give a target no new sessions; those it has go on. It holds until \"enable\", or until the config gives it another weight.",
            takesTime: true),
        new TargetStateCommand("disable", "Give a target no new sessions, and end those it has."),
        new TargetStateCommand("enable", "Give a target the config's weight again."),
    ];

    protected override Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        var (app, target) = (parsed.GetValue(_app)!, parsed.GetValue(_target)!);
        var query = parsed.GetValue(_within) is { } within ? $"?within={Uri.EscapeDataString(within)}" : "";
        return AskAsync(client, parsed, HttpMethod.Post, $"/v1/apps/{Uri.EscapeDataString(app)}/targets/{Uri.EscapeDataString(target)}/{Name}{query}",
            AdminJson.Api.WeightAnswer,
            answer => $"{app} {target}: weight {answer.Weight}, before {answer.Before}{(answer.Killed > 0 ? $"; {answer.Killed} sessions ended" : "")}"
                + (answer.NotKept is { } why ? $"\nwarning: the next start will not know of it: {why}" : ""),
            stop);
    }
}
