using System.Net;

namespace Proxify.Configuration;

/// <summary>Balancers in front of the proxy whose PROXY headers say who the client is, of version 1 or 2.</summary>
public sealed record ProxyProtocolConfig
{
    /// <summary>The balancers' networks: whoever is in them is believed. At least one, none twice, and none of IPv4-mapped IPv6 addresses.</summary>
    public required IReadOnlyList<IPNetwork> From { get; init; }

    /// <summary>
    /// Whether every connection has to come from a balancer and to begin with a header. Default false: a balancer may send none, and all others are clients.
    /// </summary>
    public bool Required { get; init; }
}
