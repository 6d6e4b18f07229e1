using Proxify.Configuration;
using Proxify.Program.Admin.Views;

namespace Proxify.Program.Admin.Client;

/// <summary>A fleet for a terminal: its machines, which of them do not have the newest config and why, and what holds for all of them.</summary>
internal static class FleetText
{
    private const int MostNamed = 2;

    public static string Describe(FleetView fleet, DateTimeOffset now)
    {
        // Not by revisions: who has read all of it since then has a newer one of the same config.
        var newest = fleet.Machines.Where(static machine => machine.Problems.Count == 0).MaxBy(static machine => machine.Revision)?.ConfigSha256;
        var older = fleet.Machines.Where(machine => machine.Problems.Count == 0 && machine.ConfigSha256 != newest).ToList();
        var refusals = fleet.Machines.Where(static machine => machine.Problems.Count > 0)
            .GroupBy(static machine => string.Join("\n  ", machine.Problems.Select(Printable.Line)), StringComparer.Ordinal).ToList();

        List<string> parts = [$"{fleet.Source}, revision {fleet.Revision}", Machines(fleet, older, now)];
        parts.AddRange(refusals.Select(machines => $"{Names(machines)} the newest config:\n  {machines.Key}"));
        parts.AddRange(older.Select(static machine => $"{Printable.Line(machine.Name)} still has the config of revision {machine.Revision}."));
        if (fleet.Machines.Count > 0 && older.Count == 0 && refusals.Count == 0)
            parts.Add(fleet.Machines.Count == 1 ? "It has the newest config." : $"All {fleet.Machines.Count} have the newest config.");
        if (fleet.Marks.Count > 0)
            parts.Add(Marks(fleet.Marks, now));
        return string.Join("\n\n", parts);
    }

    private static string Machines(FleetView fleet, List<MachineView> older, DateTimeOffset now)
    {
        var table = new TextTable("MACHINE", "VERSION", "UP", " GENERATION", " REVISION", " SESSIONS", " TARGETS UP", "WRONG");
        foreach (var machine in fleet.Machines)
        {
            table.Add(
                machine.Name == fleet.Self ? $"{machine.Name}*" : machine.Name, machine.Version.Split('+')[0],
                machine.StartedAt is { } since ? Readable.Time(now - since) : "-", $"{machine.Generation}", $"{machine.Revision}",
                Readable.Count(machine.Sessions), $"{machine.TargetsUp}/{machine.Targets}", string.Join("; ", Wrong(machine, older.Contains(machine))));
        }

        return $"{table}\n* this one";
    }

    private static IEnumerable<string> Wrong(MachineView machine, bool isOlder)
    {
        if (machine.State != "running")
            yield return machine.State;
        if (machine.Problems.Count > 0)
            yield return "config refused";
        if (isOlder)
            yield return "older config";
        var left = machine.Targets - machine.TargetsUp - Math.Min(machine.Down.Count, MostNamed);
        if (machine.Down.Count > 0)
            yield return $"down: {string.Join(", ", machine.Down.Take(MostNamed))}{(left > 0 ? $" and {left} more" : "")}";
    }

    private static string Names(IEnumerable<MachineView> machines)
    {
        var names = machines.Select(static machine => machine.Name).ToList();
        return $"{Printable.Line(string.Join(", ", names))} {(names.Count == 1 ? "does" : "do")} not have";
    }

    private static string Marks(IReadOnlyList<MarkView> marks, DateTimeOffset now)
    {
        var table = new TextTable("APP", "TARGET", "STATE", "BY", "VIA", "SINCE", "ENDS");
        foreach (var mark in marks)
        {
            table.Add(
                mark.App, mark.Target, mark.State, mark.By, mark.Machine, mark.At == default ? "-" : Readable.Time(now - mark.At),
                mark.Until is { } until ? $"in {Readable.Time(until - now)}" : "by enable");
        }

        return table.ToString();
    }
}
