using System.Net;
using System.Net.Sockets;

namespace Proxify.Configuration;

internal static class SourcesRules
{
    public static void Check(SourcesConfig? sources, string path, ErrorList errors)
    {
        if (sources is null)
        {
            errors.Add(path, "is missing");
            return;
        }

        Check(sources.Allow, $"{path}.{nameof(SourcesConfig.Allow)}", errors);
        Check(sources.Deny, $"{path}.{nameof(SourcesConfig.Deny)}", errors);
    }

    // Lists may be long: no text is made for a network without an error.
    private static void Check(IReadOnlyList<IPNetwork>? networks, string path, ErrorList errors)
    {
        if (networks is null)
        {
            errors.Add(path, "is missing");
            return;
        }

        var seen = new Dictionary<IPNetwork, int>(networks.Count);
        for (var i = 0; i < networks.Count; i++)
        {
            var network = networks[i];
            if (SourceNetwork.Unmapped(network) is { } ipv4)
                errors.Add($"{path}[{i}]", $"{network} is IPv4 in the form of IPv6; write \"{ipv4}\"");
            else if (network.BaseAddress is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 })
                errors.Add($"{path}[{i}]", $"{network} has a zone; sources go by address alone");
            else if (!seen.TryAdd(network, i))
                errors.Add($"{path}[{i}]", $"{network} is already given by {path}[{seen[network]}]");
        }
    }
}
