using System.Net;

namespace Proxify.Configuration;

/// <summary>Where the connections to an app's targets come from: the address that targets see.</summary>
public sealed record DialSourceConfig
{
    /// <summary>
    /// Written as <c>"client"</c>: the client's own address, and its port where that is free towards the target. Needs CAP_NET_RAW or CAP_NET_ADMIN, and a
    /// network in which the targets' answers come back to this machine. A target of another address family than the client's is not reached.
    /// </summary>
    public static DialSourceConfig Client { get; } = new() { IsClient = true };

    /// <summary>
    /// Addresses of this machine, or networks all of whose addresses are, by turns; each has as many connections to a target as there are ports.
    /// </summary>
    public static DialSourceConfig Of(params IReadOnlyList<IPNetwork> addresses) => new() { Addresses = addresses };

    /// <summary>Whether it is <see cref="Client"/>; then there are no <see cref="Addresses"/>. Default false.</summary>
    public bool IsClient { get; init; }

    /// <summary>
    /// 1 to 256 networks, no network twice; one address is a network of the longest prefix. Of IPv4 for targets of IPv4, of IPv6 for those of IPv6: where there
    /// is none of a target's family, the target is not reached. Default (empty): only with <see cref="IsClient"/>.
    /// </summary>
    public IReadOnlyList<IPNetwork> Addresses { get; init; } = [];
}
