using System.Net;
using Proxify.Linux;

namespace Proxify.Configuration;

/// <summary>The rules that a config must keep, however it was made: from text or by an embedding program.</summary>
public static class ConfigValidator
{
    /// <returns>Everything that is wrong, each with its path (positions are 0); empty when the config is valid. At most 1,000 errors.</returns>
    public static IReadOnlyList<ConfigError> Validate(ProxyConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);

        var errors = new ErrorList();
        CheckApps(config, errors);
        CheckDefaultApp(config, errors);
        SourcesRules.Check(config.Sources, nameof(ProxyConfig.Sources), errors);
        TimeoutRules.Check(config.Timeouts, nameof(ProxyConfig.Timeouts), errors);
        ResolverRules.Check(config.Resolver, errors);
        LimitRules.Check(config.Limits, nameof(ProxyConfig.Limits), errors);
        MemoryRules.Check(config.Limits, nameof(ProxyConfig.Limits), errors);
        HealthRules.Check(config.Health, null, nameof(ProxyConfig.Health), errors);
        TlsRules.Check(config, errors);
        CheckAccessLog(config.AccessLog, errors);

        if (SizeRules.Check(config, errors))
            PortConflicts.Check(config, errors);

        return errors.Sorted();
    }

    /// <summary>
    /// The rules beyond <see cref="Validate"/> for running with one steering listener: no app has the listener's port or a <see cref="AppConfig.Bind"/>,
    /// and no target with a literal address is on this machine (looked up now) on a port that is steered. Names and ports added later are known at run time
    /// only.
    /// </summary>
    /// <param name="config">Valid by <see cref="Validate"/>.</param>
    /// <param name="listenerPort">1-65535.</param>
    /// <returns>As of <see cref="Validate"/>; <see cref="ConfigResult.Locate"/> gives their places in a text.</returns>
    public static IReadOnlyList<ConfigError> ValidateForSteering(ProxyConfig config, int listenerPort) =>
        ValidateForSteering(config, listenerPort, InterfaceAddresses.Read());

    // The addresses are this machine's, besides loopback.
    internal static IReadOnlyList<ConfigError> ValidateForSteering(ProxyConfig config, int listenerPort, IReadOnlySet<IPAddress> interfaceAddresses)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(listenerPort, PortNumber.Min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(listenerPort, PortNumber.Max);

        var errors = new ErrorList();
        SteeringRules.Check(config, listenerPort, interfaceAddresses, errors);
        return errors.Sorted();
    }

    private static void CheckApps(ProxyConfig config, ErrorList errors)
    {
        if (IsMissingOrEmpty(config.Apps, nameof(ProxyConfig.Apps), "app", errors))
            return;

        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < config.Apps.Count; i++)
        {
            var path = $"Apps[{i}]";
            if (config.Apps[i] is not { } app)
            {
                errors.Add(path, "is missing");
                continue;
            }

            CheckName(app.Name, path, i, names, errors);
            CheckPorts(app.Ports, path, errors);
            TargetRules.Check(app, config.Health, path, errors);
            CheckBalancing(app.Balancing, path, errors);
            TimeoutRules.CheckSlowStart(app.SlowStart, $"{path}.{nameof(AppConfig.SlowStart)}", errors);
            CheckBind(app.Bind, path, errors);
            SourcesRules.Check(app.Sources, $"{path}.Sources", errors);
            TimeoutRules.Check(app.Timeouts, $"{path}.Timeouts", errors);
            LimitRules.Check(app.Limits, $"{path}.Limits", errors);
            HealthRules.Check(app.Health, config.Health, $"{path}.{nameof(AppConfig.Health)}", errors);
        }
    }

    private static void CheckName(string? name, string appPath, int index, Dictionary<string, int> names, ErrorList errors)
    {
        var path = $"{appPath}.Name";
        if (name is null)
            errors.Add(path, "is missing");
        else if (name.Length == 0)
            errors.Add(path, "is empty; expected a name");
        else if (name.Any(char.IsControl))
            errors.Add(path, $"expected a name without control characters, found {Quoted.Text(name)}");
        else if (!names.TryAdd(name, index))
            errors.Add(path, $"the name {Quoted.Text(name)} is already used by Apps[{names[name]}]");
    }

    private static void CheckPorts(IReadOnlyList<PortRange>? ports, string appPath, ErrorList errors)
    {
        if (IsMissingOrEmpty(ports, $"{appPath}.Ports", "port", errors))
            return;

        for (var i = 0; i < ports!.Count; i++)
        {
            var (first, last) = ports[i];
            if (!PortNumber.IsValid(first) || !PortNumber.IsValid(last))
            {
                var wrong = PortNumber.IsValid(first) ? last : first;
                errors.Add($"{appPath}.Ports[{i}]", $"port {wrong} is out of range; expected {PortNumber.Min}-{PortNumber.Max}");
            }
            else if (first > last)
            {
                errors.Add($"{appPath}.Ports[{i}]", $"the range {first}-{last} runs backwards; expected {last}-{first}");
            }
        }
    }

    private static void CheckBalancing(BalancingPolicy balancing, string appPath, ErrorList errors)
    {
        if (!Enum.IsDefined(balancing))
            errors.Add($"{appPath}.{nameof(AppConfig.Balancing)}", $"expected {BalancingWords.Expected}, found {balancing}");
    }

    private static void CheckBind(IReadOnlyList<IPAddress>? bind, string appPath, ErrorList errors)
    {
        if (bind is null)
        {
            errors.Add($"{appPath}.Bind", "is missing");
            return;
        }

        var seen = new Dictionary<IPAddress, int>();
        for (var i = 0; i < bind.Count; i++)
        {
            if (bind[i] is not { } address)
                errors.Add($"{appPath}.Bind[{i}]", "is missing");
            else if (EndRules.Problem(address) is { } problem)
                errors.Add($"{appPath}.Bind[{i}]", $"{address} {problem}");
            else if (!seen.TryAdd(LocalAddresses.Plain(address), i))
                errors.Add($"{appPath}.Bind[{i}]", $"{address} is already given by {appPath}.Bind[{seen[LocalAddresses.Plain(address)]}]");
        }

        for (var i = 0; i < bind.Count; i++)
        {
            // The kernel refuses an address beside the wildcard that includes it (EADDRINUSE).
            if (bind[i] is not { } address)
                continue;
            var wildcard = Array.Find(LocalAddresses.Wildcards, w => seen.ContainsKey(w) && LocalAddresses.Includes(w, LocalAddresses.Plain(address)));
            if (wildcard is not null)
                errors.Add($"{appPath}.Bind[{i}]", $"{address} is already included in {appPath}.Bind[{seen[wildcard]}], {wildcard}");
        }
    }

    private static void CheckDefaultApp(ProxyConfig config, ErrorList errors)
    {
        // When a name is missing (which is an error already), nobody can say that this one does not exist.
        if (config.DefaultApp.Kind != DefaultAppKind.App || config.Apps is null || config.Apps.Any(app => app?.Name is null))
            return;

        var name = config.DefaultApp.Name ?? "";
        if (config.Apps.All(app => app.Name != name))
        {
            var nearest = NearestName.Find(name, config.Apps.Select(app => app.Name));
            errors.Add("DefaultApp", $"no app is named {Quoted.Text(name)}{(nearest is null ? "" : $"; did you mean {Quoted.Text(nearest)}?")}");
        }
    }

    private static void CheckAccessLog(AccessLogConfig? accessLog, ErrorList errors)
    {
        if (accessLog is null)
            errors.Add(nameof(ProxyConfig.AccessLog), "is missing");
        else if (accessLog.Sample is not (>= 0 and <= 1))
            errors.Add($"{nameof(ProxyConfig.AccessLog)}.{nameof(AccessLogConfig.Sample)}", $"expected a number 0-1, found {accessLog.Sample}");
    }

    internal static bool IsMissingOrEmpty<T>(IReadOnlyList<T>? list, string path, string item, ErrorList errors)
    {
        if (list is { Count: > 0 })
            return false;

        errors.Add(path, list is null ? "is missing" : $"is empty; expected at least one {item}");
        return true;
    }
}
