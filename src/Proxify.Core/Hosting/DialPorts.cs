using System.Collections;
using Microsoft.Extensions.Logging;
using Proxify.Configuration;
using Proxify.Linux;

namespace Proxify.Hosting;

/// <summary>
/// Whether native listeners leave the kernel ports for our dials: of a port that is listened on it never makes the local end of a connection
/// (__inet_hash_connect() in net/ipv4/inet_hashtables.c).
/// </summary>
internal static class DialPorts
{
    /// <summary>The stable id and name of the warning's event.</summary>
    public static EventId TooFew { get; } = new(1222, "TooFewDialPorts");

    /// <summary>Null, or one line of warning: at least half of those ports are apps' own. Steered ports take none.</summary>
    /// <param name="config">Valid.</param>
    /// <param name="local">The kernel's range; null: unknown.</param>
    public static string? Shortage(ProxyConfig config, LocalPorts? local)
    {
        if (local is null)
            return null;
        var listened = new BitArray(ushort.MaxValue + 1);
        foreach (var range in config.Apps.SelectMany(app => app.Ports))
        {
            for (var port = range.First; port <= range.Last; port++)
                listened[port] = true;
        }

        var (all, left) = (0, 0);
        for (var port = local.First; port <= local.Last; port++)
        {
            if (!local.Contains(port))
                continue;
            all++;
            if (!listened[port])
                left++;
        }

        if (left * 2 > all || all == 0)
            return null;
        var setting = $"net.ipv4.ip_local_port_range, {local.First}-{local.Last}";
        return (left == 0
            ? $"All {all} ports that the kernel has for outgoing connections ({setting}) are listened on by apps: no target can be dialled (EADDRNOTAVAIL)."
            : $"{all - left} of the {all} ports that the kernel has for outgoing connections ({setting}) are listened on by apps: {left} are left, and no endpoint can have more sessions than that.")
            + " Give the kernel another range, the apps other ports, or steer them (-b). And name the apps' ports in net.ipv4.ip_local_reserved_ports, or another program's connection may take one before it is listened on.";
    }
}
