using System.Net;

namespace Proxify.Configuration;

/// <summary>
/// What steering asks of a valid config beyond the rules for every config. Steering goes by port alone: a steered port is steered on every address of the
/// machine.
/// </summary>
internal sealed class SteeredConfigRules
{
    private readonly int _listenerPort;
    private readonly IReadOnlySet<IPAddress> _interfaceAddresses;
    private readonly ErrorList _errors;

    /// <summary>By port number: who gets the connections to it, as an error message says it; null where nobody does.</summary>
    private readonly string?[] _receivers = new string?[PortNumber.Max + 1];

    private SteeredConfigRules(int listenerPort, IReadOnlySet<IPAddress> interfaceAddresses, ErrorList errors)
    {
        _listenerPort = listenerPort;
        _interfaceAddresses = interfaceAddresses;
        _errors = errors;
    }

    public static void Check(ProxyConfig config, int listenerPort, int mostApps, IReadOnlySet<IPAddress> interfaceAddresses, ErrorList errors)
    {
        CheckCount(config, mostApps, errors);
        var rules = new SteeredConfigRules(listenerPort, interfaceAddresses, errors);
        for (var i = 0; i < config.Apps.Count; i++)
        {
            rules.CheckPorts(config.Apps[i].Ports, $"Apps[{i}].Ports");
            rules.CheckBind(config.Apps[i].Bind, $"Apps[{i}].Bind");
        }

        rules._receivers[listenerPort] = "the steering listener";
        for (var i = 0; i < config.Apps.Count; i++)
            rules.CheckTargets(config.Apps[i], $"Apps[{i}].Targets");
    }

    /// <summary>Rules are numbered: the apps', those of the pool of all targets, those of ports that apps share, and the file's own sources.</summary>
    private static void CheckCount(ProxyConfig config, int most, ErrorList errors)
    {
        if (config.DefaultApp.Kind == DefaultAppKind.AllTargets)
            most--;

        if (config.Sources.Allow.Count + config.Sources.Deny.Count > 0)
            most--;

        if (config.Apps.Any(app => app.ServerNames.Count + app.ApplicationProtocols.Count > 0))
            most--;

        if (config.Apps.Count > most)
            errors.Add(RootOptions.Apps.Name, $"{config.Apps.Count:N0} apps; with steering expected at most {most:N0}");
    }

    private void CheckPorts(IReadOnlyList<PortRange> ports, string path)
    {
        for (var i = 0; i < ports.Count; i++)
        {
            var range = ports[i];
            if (range.First <= _listenerPort && _listenerPort <= range.Last)
                _errors.Add($"{path}[{i}]", $"{_listenerPort} is the port of the steering listener (-p); take it out here, or give the listener another");

            Array.Fill(_receivers, $"{path}[{i}]", range.First, range.Last - range.First + 1);
        }
    }

    private void CheckBind(IReadOnlyList<IPAddress> bind, string path)
    {
        if (bind.Count > 0)
            _errors.Add(path, "Bind has no effect on steering, which goes by port alone: remove it, or run without -b");
    }

    private void CheckTargets(AppConfig app, string path)
    {
        for (var i = 0; i < app.Targets.Count; i++)
        {
            var target = app.Targets[i];
            if (HostSyntax.TryParseAddress(target.Host, out var address) && IsOnThisMachine(LocalAddresses.Plain(address))
                && Receiver(target, app) is { } receiver)
                _errors.Add($"{path}[{i}]", $"{target.Address} is on this machine, so it would be steered back to proxify itself ({receiver})");
        }
    }

    private string? Receiver(TargetConfig target, AppConfig app) => target.PortsFrom(app)
        .SelectMany(range => Enumerable.Range(range.First, range.Last - range.First + 1))
        .Select(port => _receivers[port])
        .FirstOrDefault(receiver => receiver is not null);

    // Connecting to a wildcard means loopback.
    private bool IsOnThisMachine(IPAddress address) =>
        IPAddress.IsLoopback(address) || Array.IndexOf(LocalAddresses.Wildcards, address) >= 0 || _interfaceAddresses.Contains(address);
}
