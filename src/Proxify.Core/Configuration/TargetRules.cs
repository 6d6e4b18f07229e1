using System.Net;

namespace Proxify.Configuration;

internal static class TargetRules
{
    public static void Check(IReadOnlyList<TargetConfig>? targets, string appPath, ErrorList errors)
    {
        if (ConfigValidator.IsMissingOrEmpty(targets, $"{appPath}.Targets", "target", errors))
        {
            return;
        }

        var seen = new Dictionary<(string Host, int Port), int>();
        for (var i = 0; i < targets!.Count; i++)
        {
            var path = $"{appPath}.Targets[{i}]";
            if (targets[i] is not { Host: not null } target)
            {
                errors.Add(path, "is missing");
                continue;
            }

            if (!HostSyntax.TryParseAddress(target.Host, out var address) && !HostSyntax.IsName(target.Host))
            {
                errors.Add(path, $"{Quoted.Text(target.Host)} is neither an IP address nor a host name");
            }
            else if (!PortNumber.IsValid(target.Port) && !target.IsService)
            {
                errors.Add(path, $"port {target.Port} is out of range; expected {PortNumber.Min}-{PortNumber.Max}");
            }
            else if (address is not null && EndRules.Problem(address) is { } problem)
            {
                errors.Add(path, $"{address} {problem}");
            }
            else if (!seen.TryAdd(Key(target, address), i))
            {
                errors.Add(path, $"{target.Address} is already given by {appPath}.Targets[{seen[Key(target, address)]}]");
            }

            if (target.Weight is < 0 or > TargetConfig.MaxWeight)
            {
                errors.Add($"{path}.Weight", $"expected a whole number 0-{TargetConfig.MaxWeight}, found {target.Weight}");
            }
        }

        CheckSomeTakeSessions(targets, $"{appPath}.Targets", errors);
    }

    private static void CheckSomeTakeSessions(IReadOnlyList<TargetConfig> targets, string path, ErrorList errors)
    {
        // A target that cannot be read, which is an error already, might have been the one.
        if (targets.Any(target => target is null))
        {
            return;
        }

        if (targets.All(target => target.Weight == 0))
        {
            errors.Add(path, $"every target has the weight 0, which takes no sessions; at least one needs 1-{TargetConfig.MaxWeight}");
        }
        else if (targets.All(target => target.Backup))
        {
            errors.Add(path, "every target is a backup; at least one must not be");
        }
    }

    // Names are compared as DNS does, without regard to case.
    private static (string Host, int Port) Key(TargetConfig target, IPAddress? address) =>
        (address is null ? target.Host.ToUpperInvariant() : LocalAddresses.Plain(address).ToString(), target.Port);
}
