using System.Net;

namespace Proxify.Configuration;

internal static class TargetRules
{
    /// <param name="app">Whose they are.</param>
    /// <param name="health">The file's, which holds where the app sets nothing.</param>
    /// <param name="appPath">Where it stands.</param>
    /// <param name="errors">Takes the errors.</param>
    public static void Check(AppConfig app, HealthConfig? health, string appPath, ErrorList errors)
    {
        var targets = app.Targets;
        if (ConfigValidator.IsMissingOrEmpty(targets, $"{appPath}.Targets", "target", errors))
            return;

        if (targets!.Count > SizeRules.MaxTargetsOfApp)
        {
            return; // an error already
        }

        var (lowest, highest) = Outermost(app.Ports);
        var seen = new Dictionary<(string Host, int Port, int? PortOffset), int>();
        for (var i = 0; i < targets.Count; i++)
        {
            var path = $"{appPath}.Targets[{i}]";
            if (targets[i] is not { Host: not null } target)
            {
                errors.Add(path, "is missing");
                continue;
            }

            if (!HostSyntax.TryParseAddress(target.Host, out var address) && !HostSyntax.IsName(target.Host))
                errors.Add(path, $"{Quoted.Text(target.Host)} is neither an IP address nor a host name");
            else if (PortProblem(target, lowest, highest) is { } portProblem)
                errors.Add(path, portProblem);
            else if (address is not null && EndRules.Problem(address) is { } problem)
                errors.Add(path, $"{address} {problem}");
            else if (!seen.TryAdd(Key(target, address), i))
                errors.Add(path, $"{target.Address} is already given by {appPath}.Targets[{seen[Key(target, address)]}]");

            if (target.Weight is < 0 or > TargetConfig.MaxWeight)
                errors.Add($"{path}.Weight", $"expected a whole number 0-{TargetConfig.MaxWeight}, found {target.Weight}");
        }

        CheckChecksHavePort(app, health, appPath, errors);
        CheckSomeTakeSessions(targets, $"{appPath}.Targets", errors);
    }

    private static string? PortProblem(TargetConfig target, int lowest, int highest)
    {
        if (target.PortOffset is not { } offset)
            return PortNumber.IsValid(target.Port) || target.IsService
                ? null
                : $"port {target.Port} is out of range; expected {PortNumber.Min}-{PortNumber.Max}";

        if (target.Port != 0)
            return $"has a port, {target.Port}, and an offset to the client's port, {offset}; expected one of them";

        if (offset is < -TargetConfig.MaxPortOffset or > TargetConfig.MaxPortOffset)
            return $"expected an offset of -{TargetConfig.MaxPortOffset} to {TargetConfig.MaxPortOffset} from the client's port, found {offset}";

        // Wherever a client may come in, there has to be a port to go to.
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
    private static void CheckChecksHavePort(AppConfig app, HealthConfig? health, string appPath, ErrorList errors)
    {
        if ((app.Health?.Active ?? health?.Active) == false || (app.Health?.Port ?? health?.Port) is not null)
            return;

        for (var i = 0; i < app.Targets.Count; i++)
        {
            if (app.Targets[i] is { PortOffset: not null } target)
            {
                errors.Add($"{appPath}.Targets[{i}]",
                    $"{target.Address} has no port of its own: sessions go by the one that their client asks for, and checks need one; add \"Health\": {{\"Port\": ...}}, or {{\"Active\": false}}");
                return;
            }
        }
    }

    private static void CheckSomeTakeSessions(IReadOnlyList<TargetConfig> targets, string path, ErrorList errors)
    {
        // A target that cannot be read, which is an error already, might have been the one.
        if (targets.Any(target => target is null))
            return;

        if (targets.All(target => target.Weight == 0))
            errors.Add(path, $"every target has the weight 0, which takes no sessions; at least one needs 1-{TargetConfig.MaxWeight}");
        else if (targets.All(target => target.Backup))
            errors.Add(path, "every target is a backup; at least one must not be");
    }

    // Names are compared as DNS does, without regard to case.
    private static (string Host, int Port, int? PortOffset) Key(TargetConfig target, IPAddress? address) =>
        (address is null ? target.Host.ToUpperInvariant() : LocalAddresses.Plain(address).ToString(), target.Port, target.PortOffset);
}
