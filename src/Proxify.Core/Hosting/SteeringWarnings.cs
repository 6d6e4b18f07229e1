using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Steering;
using Proxify.Transport;

namespace Proxify.Hosting;

/// <summary>What an operator should know before steering changes whom clients reach.</summary>
public static class SteeringWarnings
{
    private const int MostProcesses = 10;

    /// <summary>Who listens on the ports of the apps that do not say <c>AllowTakeover</c>. Names the process where /proc shows it to us.</summary>
    public static IReadOnlyList<PortOwner> FindOwners(ProxyConfig config) => PortOwners.Find(config.Apps
        .Where(a => !a.AllowTakeover)
        .SelectMany(a => a.Ports)
        .SelectMany(r => Enumerable.Range(r.First, r.Last - r.First + 1))
        .Select(p => (ushort)p)
        .ToHashSet());

    /// <summary>
    /// Warns of programs that decide before ours does: where two choose a socket, the first attached has it (bpf_sk_assign gives the second EEXIST).
    /// </summary>
    public static void OtherSteering(ILogger logger, IReadOnlyList<string> programs)
    {
        if (programs.Count > 0)
            HostingLog.OtherSteering(logger, string.Join(", ", programs));
    }

    /// <summary>
    /// Warns of ports that other processes listen on: steering is asked before them. One line for each of the first ten processes, one for all others.
    /// </summary>
    public static void Takeover(ILogger logger, IEnumerable<PortOwner> owners)
    {
        var processes = owners.GroupBy(o => o with { Endpoint = default }).ToList();
        foreach (var process in processes.Take(MostProcesses))
            Warn([.. process.Select(o => o.Endpoint)], process.Key.ProcessId is { } id ? $" by {process.Key.ProcessName} ({id})" : "");
        if (processes.Count > MostProcesses)
            Warn([.. processes.Skip(MostProcesses).SelectMany(p => p).Select(o => o.Endpoint)], $" by {processes.Count - MostProcesses} more");

        void Warn(List<TcpEndpoint> endpoints, string by) =>
            HostingLog.Takeover(logger, EndpointRanges.Text(endpoints.Select(e => (int)e.Port)), EndpointRanges.Text(endpoints) + by);
    }
}
