using System.Net;
using System.Text.Json;

namespace Proxify.Configuration;

internal sealed partial class ConfigBinder
{
    private const int DnsPort = 53;

    /// <summary>Stands for a server that cannot be read.</summary>
    private static readonly IPEndPoint UnreadableServer = new(IPAddress.Any, DnsPort);

    private ResolverConfig BindResolver(Dictionary<string, ConfigNode> parent)
    {
        const string Path = nameof(ProxyConfig.Resolver);
        if (!parent.TryGetValue(Path, out var node))
            return new ResolverConfig();

        var keys = Members(node, Path, ConfigKeys.Resolver, "an object such as {\"Servers\": [\"10.0.0.53\"]}");
        return new ResolverConfig
        {
            Servers = Items(keys, nameof(ResolverConfig.Servers), Path, "an array of DNS servers", BindServer) ?? [],
            Family = (ResolverFamily?)BindWord(keys, Path, nameof(ResolverConfig.Family), ResolverRules.Families) ?? default,
            MinTtl = BindDuration(keys, Path, nameof(ResolverConfig.MinTtl)) ?? ResolverConfig.DefaultMinTtl,
            MaxTtl = BindDuration(keys, Path, nameof(ResolverConfig.MaxTtl)) ?? ResolverConfig.DefaultMaxTtl,
        };
    }

    /// <summary><c>10.0.0.53</c>, <c>fd00::53</c>, <c>127.0.0.1:5353</c>, <c>[::1]:5353</c>.</summary>
    private IPEndPoint BindServer(ConfigNode node, string path)
    {
        if (node.Kind == JsonValueKind.String)
        {
            if (HostSyntax.TryParseAddress(node.Text, out var address))
                return new IPEndPoint(address, DnsPort);

            if (TargetAddress.Parse(node.Text, out _) is { IsService: false } target && HostSyntax.TryParseAddress(target.Host, out address)
                && PortNumber.IsValid(target.Port))
                return new IPEndPoint(address, target.Port);
        }

        Fail(path, node, $"expected a DNS server's address such as \"10.0.0.53\" or \"[::1]:5353\", found {node.Describe()}");
        return UnreadableServer;
    }
}
