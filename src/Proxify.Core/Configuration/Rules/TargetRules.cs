
namespace Proxify.Configuration;

/// <summary>What an app's targets have to do with each other, with its ports and with its checks.</summary>
internal static class TargetRules
{
    /// <param name="app">Whose they are.</param>
    /// <param name="health">The file's, which holds where the app sets nothing.</param>
    /// <param name="path">Where they stand.</param>
    /// <param name="errors">Takes the errors.</param>
    public static void Check(AppConfig app, HealthConfig? health, string path, ErrorList errors)
    {
        if (app.Targets is not { Count: > 0 and <= AppOptions.MostTargets } targets)
            return; // an error already

        var (lowest, highest) = Outermost(app.Ports);
        var seen = new Dictionary<(string Host, int Port, int? PortOffset), int>();
        for (var i = 0; i < targets.Count; i++)
        {
            if (targets[i] is not { } target || !AppOptions.Targets.IsGood(target))
                continue;

            if (PortProblem(target, lowest, highest) is { } problem)
                errors.Add($"{path}[{i}]", problem);
            else if (!seen.TryAdd(Key(target), i))
                errors.Add($"{path}[{i}]", $"{target.Address} is already given by {path}[{seen[Key(target)]}]");
        }

        CheckChecksHavePort(app, health, path, errors);
        CheckSomeTakeSessions(targets, path, errors);
    }

    /// <summary>Wherever a client may come in, there has to be a port to go to.</summary>
    private static string? PortProblem(TargetConfig target, int lowest, int highest)
    {
        if (target.PortOffset is not { } offset)
            return null;

        var port = lowest + offset < PortNumber.Min ? lowest : highest;
        return PortNumber.IsValid(port + offset)
            ? null
            : $"{target.Address} leads from port {port} of the app to {port + offset}; expected {PortNumber.Min}-{PortNumber.Max}";
    }

    /// <summary>
    /// The app's lowest and highest port, looked for once and not for each target: there may be 60,000 and 10,000. Where it has none, ports from which every
    /// offset leads to one.
    /// </summary>
    private static (int Lowest, int Highest) Outermost(IReadOnlyList<PortRange>? ports)
    {
        var valid = (ports ?? []).Where(range => PortNumber.IsValid(range.First) && PortNumber.IsValid(range.Last)).ToList();
        return valid.Count == 0 ? (PortNumber.Max, PortNumber.Min) : (valid.Min(range => range.First), valid.Max(range => range.Last));
    }

    /// <summary>Which of the ports would tell whether the host is well, only its operator knows.</summary>
    private static void CheckChecksHavePort(AppConfig app, HealthConfig? health, string path, ErrorList errors)
    {
        if (!HealthOptions.Active.Of(app.Health, health) || HealthOptions.Port.Find(app.Health, health) is not null)
            return;

        for (var i = 0; i < app.Targets.Count; i++)
        {
            if (app.Targets[i] is { PortOffset: not null } target)
            {
                errors.Add($"{path}[{i}]",
                    $"{target.Address} has no port of its own: sessions go by the one that their client asks for, and checks need one; add \"Health\": {{\"Port\": ...}}, or {{\"Active\": false}}");
                return;
            }
        }
    }

    private static void CheckSomeTakeSessions(IReadOnlyList<TargetConfig> targets, string path, ErrorList errors)
    {
        // A target that cannot be read, which is an error already, might have been the one.
        if (targets.Any(target => target is not { IsReadable: true }))
            return;

        if (targets.All(target => target.Weight == 0))
            errors.Add(path, $"every target has the weight 0, which takes no sessions; at least one needs 1-{TargetOptions.MostWeight}");
        else if (targets.All(target => target.Backup))
            errors.Add(path, "every target is a backup; at least one must not be");
    }

    // Names are compared as DNS does, without regard to case.
    private static (string Host, int Port, int? PortOffset) Key(TargetConfig target) =>
        (HostSyntax.TryParseAddress(target.Host, out var address) ? LocalAddresses.Plain(address).ToString() : target.Host.ToUpperInvariant(), target.Port,
            target.PortOffset);
}
