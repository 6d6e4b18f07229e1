using System.CommandLine;
using Proxify.Steering;

namespace Proxify.Program.Commands;

/// <summary><c>proxify steering</c>: what the kernel steers, read from its own maps while the proxy runs.</summary>
internal static class SteeringCommand
{
    public static Command Create()
    {
        var command = new Command("steering", "Show which ports are steered in this network namespace, by whom, and the kernel's counters (needs root).");
        command.Subcommands.Add(SteeringPortsCommand.CreateAdd());
        command.Subcommands.Add(SteeringPortsCommand.CreateRemove());
        command.SetAction(_ => Execute());
        return command;
    }

    private static int Execute()
    {
        IReadOnlyList<SteeringView> views;
        try
        {
            views = [.. SteeringInspector.Find().Where(v => v.NamespaceInode == SteeringInspector.OwnNamespaceInode)];
        }
        catch (SteeringException e)
        {
            Output.WriteError($"proxify: {e.Message}");
            return ExitCode.CannotStart;
        }

        if (views.Count == 0)
        {
            Output.WriteError("proxify: nothing is steered in this network namespace");
            return ExitCode.CannotStart;
        }

        foreach (var view in views)
            Print(view);
        return ExitCode.Success;
    }

    private static void Print(SteeringView view)
    {
        var counters = view.Counters;
        Output.WriteLine($"link {view.LinkId}  program {view.ProgramId}  {(view.ListenerCookie is null ? "no listener: every steered port refuses" : "listener present")}");
        Output.WriteLine($"lookups: {counters.Steered} steered, {counters.Passed} passed, {counters.Denied} denied, {counters.Limited} limited, {counters.NoSocket} without socket, {counters.AssignErrors} assign errors");
        Output.WriteLine("");
        Output.WriteLine("PORT         BY      APP");
        foreach (var (range, port) in Ranges(view.Ports))
            Output.WriteLine($"{range,-12} {(port.ByHand ? "hand" : "config"),-7} {port.App ?? "-"}");
    }

    /// <summary>Neighbours that have everything in common share a line: 65,000 ports are not 65,000 lines.</summary>
    private static IEnumerable<(string Range, SteeredPortView Port)> Ranges(IReadOnlyList<SteeredPortView> ports)
    {
        for (var first = 0; first < ports.Count;)
        {
            var last = first;
            while (last + 1 < ports.Count && ports[last + 1] == ports[last] with { Port = (ushort)(ports[last].Port + 1) })
                last++;
            yield return (last == first ? $"{ports[first].Port}" : $"{ports[first].Port}-{ports[last].Port}", ports[first]);
            first = last + 1;
        }
    }
}
