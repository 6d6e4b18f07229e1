using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Proxify.Configuration;

/// <summary>A network of sources, as <see cref="SourceNetwork"/> writes it.</summary>
internal sealed class NetworkType : OptionType<IPNetwork>
{
    /// <summary>Stands for a network that cannot be read: one that is an error by itself, and so nobody's duplicate.</summary>
    private static readonly IPNetwork Unreadable = new(IPAddress.Any.MapToIPv6(), 128);

    public override IPNetwork Bind(ConfigNode node, string path, ConfigBinder binder)
    {
        string? problem = null;
        if (node.Kind == JsonValueKind.String && SourceNetwork.TryParse(node.Text, out var network, out problem))
            return network;

        if (problem is null)
            binder.Expected("a network in double quotes such as \"10.0.0.0/8\"", path, node);
        else
            binder.Fail(path, node, problem);

        return Unreadable;
    }

    public override string? Problem(IPNetwork value)
    {
        if (SourceNetwork.Unmapped(value) is { } ipv4)
            return $"{value} is IPv4 in the form of IPv6; write \"{ipv4}\"";

        return value.BaseAddress is { AddressFamily: AddressFamily.InterNetworkV6, ScopeId: not 0 } ? $"{value} has a zone; sources go by address alone" : null;
    }
}
