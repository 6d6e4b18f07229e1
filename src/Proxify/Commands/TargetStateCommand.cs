using System.CommandLine;
using Proxify.Program.Admin.Client;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Commands;

/// <summary><c>proxify drain</c>, <c>enable</c>, <c>disable</c>.</summary>
internal sealed class TargetStateCommand : AdminCommand
{
    private const string Enable = "enable";

    private readonly Argument<string> _app = new("APP") { Description = "The app's name." };
    private readonly Argument<string> _target = new("TARGET") { Description = "The target, as the config has it." };

    private readonly Option<string?> _within = new("--within")
    {
        Description = "End its sessions as well, spread evenly over this time: 30s, 5m.",
        HelpName = "TIME",
    };

    private readonly Option<bool> _everywhere = new("--everywhere")
    {
        Description = "On all proxies whose config comes from the same etcd.",
    };

    private readonly Option<string?> _for = new("--for")
    {
        Description = "With --everywhere: it ends by itself after this time: 30m, 8h.",
        HelpName = "TIME",
    };

    private TargetStateCommand(string name, string description, bool takesTime = false)
        : base(name, description)
    {
        Arguments.Add(_app);
        Arguments.Add(_target);
        if (takesTime)
            Options.Add(_within);
        Options.Add(_everywhere);
        if (name != Enable)
            Options.Add(_for);
        Validators.Add(result =>
        {
            if (result.GetValue(_for) is not null && !result.GetValue(_everywhere))
                result.AddError("--for: only what is said for all proxies ends by itself; use it with --everywhere");
        });
    }

    public static IEnumerable<Command> All() =>
    [
        new TargetStateCommand(
            "drain", "Give a target no new sessions; those it has go on. It holds until \"enable\", or until the config gives it another weight.",
            takesTime: true),
        new TargetStateCommand("disable", "Give a target no new sessions, and end those it has."),
        new TargetStateCommand(Enable, "Give a target the config's weight again."),
    ];

    protected override Task ExecuteAsync(AdminClient client, ParseResult parsed, CancellationToken stop)
    {
        var (app, target) = (parsed.GetValue(_app)!, parsed.GetValue(_target)!);
        if (parsed.GetValue(_everywhere))
            return ExecuteEverywhereAsync(client, parsed, app, target, stop);
        var query = parsed.GetValue(_within) is { } within ? $"?within={Uri.EscapeDataString(within)}" : "";
        return AskAsync(client, parsed, HttpMethod.Post, $"/v1/apps/{Uri.EscapeDataString(app)}/targets/{Uri.EscapeDataString(target)}/{Name}{query}",
            AdminJson.Api.WeightAnswer,
            answer => $"{app} {target}: weight {answer.Weight}, before {answer.Before}{(answer.Killed > 0 ? $"; {answer.Killed} sessions ended" : "")}"
                + (answer.NotKept is { } why ? $"\nwarning: the next start will not know of it: {why}" : ""),
            stop);
    }

    private Task ExecuteEverywhereAsync(AdminClient client, ParseResult parsed, string app, string target, CancellationToken stop)
    {
        // For people: who may change something is the admin socket's to say.
        var user = Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } sudo ? sudo : Environment.UserName;
        (string Name, string? Value)[] wanted =
            [("by", $"{user}@{Environment.MachineName}"), ("within", parsed.GetValue(_within)), ("for", parsed.GetValue(_for))];
        var query = string.Join('&', wanted.Where(part => part.Value is not null).Select(part => $"{part.Name}={Uri.EscapeDataString(part.Value!)}"));
        return AskAsync(client, parsed, HttpMethod.Post,
            $"/v1/fleet/apps/{Uri.EscapeDataString(app)}/targets/{Uri.EscapeDataString(target)}/{Name}?{query}", AdminJson.Api.MarkAnswer,
            answer => $"{app} {target}: {Describe(answer)}", stop);
    }

    private static string Describe(MarkAnswer answer) => answer.Mark is not { } mark
        ? answer.Changed ? "neither drained nor disabled everywhere any more" : "was neither drained nor disabled everywhere"
        : $"{mark.State} on all proxies of this config by {mark.By}{(mark.Until is { } until ? $", until {until.ToLocalTime():yyyy-MM-dd HH:mm:ss}" : "")}";
}
