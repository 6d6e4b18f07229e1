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
        RootOptions.Section.Check(config, "", errors);
        CheckRules(config, errors);
        if (SizeRules.Check(config, errors))
            PortConflicts.Check(config, errors);

        return errors.Sorted();
    }

    /// <summary>
    /// The rules beyond <see cref="Validate"/> for running with one steering listener: no app has the listener's port or a <see cref="AppConfig.Bind"/>,
    /// no target with a literal address is on this machine (looked up now) on a port that is steered, and the kernel's maps have room for the apps. Names and
    /// ports added later are known at run time only.
    /// </summary>
    /// <param name="config">Valid by <see cref="Validate"/>.</param>
    /// <param name="listenerPort">1-65535.</param>
    /// <param name="mostApps">How many sets of rules steering has room for.</param>
    /// <returns>As of <see cref="Validate"/>; <see cref="ConfigResult.Locate"/> gives their places in a text.</returns>
    internal static IReadOnlyList<ConfigError> ValidateForSteering(ProxyConfig config, int listenerPort, int mostApps) =>
        ValidateForSteering(config, listenerPort, mostApps, InterfaceAddresses.Read());

    // The addresses are this machine's, besides loopback.
    internal static IReadOnlyList<ConfigError> ValidateForSteering(
        ProxyConfig config, int listenerPort, int mostApps, IReadOnlySet<IPAddress> interfaceAddresses)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(listenerPort, PortNumber.Min);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(listenerPort, PortNumber.Max);

        var errors = new ErrorList();
        SteeredConfigRules.Check(config, listenerPort, mostApps, interfaceAddresses, errors);
        return errors.Sorted();
    }

    /// <summary>What one option cannot know: the rules across options.</summary>
    private static void CheckRules(ProxyConfig config, ErrorList errors)
    {
        if (config.Apps is not null)
            NameRules.Check(config, errors);

        for (var i = 0; i < config.Apps?.Count; i++)
        {
            if (config.Apps[i] is not { } app)
                continue;

            TargetRules.Check(app, config.Health, $"Apps[{i}].{AppOptions.Targets.Name}", errors);
            DialSourceRules.Check(app, $"Apps[{i}].{AppOptions.Targets.Name}", errors);
            FramingRules.Check(app, $"Apps[{i}]", errors);
            BindRules.Check(app.Bind, $"Apps[{i}].{AppOptions.Bind.Name}", errors);
            ServerNameRules.Check(app, $"Apps[{i}]", errors);
            NetworkRules.Check(app.Sources, $"Apps[{i}].{AppOptions.Sources.Name}", errors);
            NetworkRules.Check(app.ProxyProtocol, $"Apps[{i}].{AppOptions.ProxyProtocol.Name}", errors);
            HealthRules.Check(app.Health, config.Health, $"Apps[{i}].{AppOptions.Health.Name}", errors);
        }

        NetworkRules.Check(config.Sources, RootOptions.Sources.Name, errors);
        ResolverRules.Check(config.Resolver, errors);
        HealthRules.Check(config.Health, null, RootOptions.Health.Name, errors);
        TlsRules.Check(config, errors);
        AdminRules.Check(config, errors);
    }
}
