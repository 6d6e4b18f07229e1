using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Steering;

namespace Proxify.Hosting;

/// <summary>What an operator should know before steering changes whom clients reach.</summary>
public static class SteeringWarnings
{
    /// <summary>The ports of the apps that do not say <c>AllowTakeover</c>.</summary>
    public static IReadOnlySet<ushort> PortsToAnnounce(ProxyConfig config) => config.Apps
        .Where(a => !a.AllowTakeover)
        .SelectMany(a => a.Ports)
        .SelectMany(r => Enumerable.Range(r.First, r.Last - r.First + 1))
        .Select(p => (ushort)p)
        .ToHashSet();

    /// <summary>Warns of ports that other processes listen on: steering is asked before them. Names the process where /proc shows it to us.</summary>
    public static void Takeover(ILogger logger, IReadOnlySet<ushort> ports)
    {
        foreach (var owner in PortOwners.Find(ports))
            HostingLog.Takeover(logger, owner.Endpoint.Port, owner.ToString());
    }
}
