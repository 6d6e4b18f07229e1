using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Steering;

namespace Proxify.Hosting;

/// <summary>What an operator should know before steering changes whom clients reach.</summary>
public static class SteeringWarnings
{
    /// <summary>Who listens on the ports of the apps that do not say <c>AllowTakeover</c>. Names the process where /proc shows it to us.</summary>
    public static IReadOnlyList<PortOwner> FindOwners(ProxyConfig config) => PortOwners.Find(config.Apps
        .Where(a => !a.AllowTakeover)
        .SelectMany(a => a.Ports)
        .SelectMany(r => Enumerable.Range(r.First, r.Last - r.First + 1))
        .Select(p => (ushort)p)
        .ToHashSet());

    /// <summary>Warns of programs that decide before ours does: where two choose a socket, the first attached has it (bpf_sk_assign gives the second EEXIST).</summary>
    public static void OtherSteering(ILogger logger, IReadOnlyList<string> programs)
    {
        if (programs.Count > 0)
            HostingLog.OtherSteering(logger, string.Join(", ", programs));
    }

    /// <summary>Warns of ports that other processes listen on: steering is asked before them.</summary>
    public static void Takeover(ILogger logger, IEnumerable<PortOwner> owners)
    {
        foreach (var owner in owners)
            HostingLog.Takeover(logger, owner.Endpoint.Port, owner.ToString());
    }
}
