using System.Net;
using System.Net.Sockets;
using Proxify.Transport;

namespace Proxify.Configuration;

/// <summary>What addresses have to do with each other when one listens on them.</summary>
internal static class LocalAddresses
{
    public static readonly IPAddress[] Wildcards = [IPAddress.IPv6Any, IPAddress.Any];

    /// <summary>One form for what is one address to a socket: an IPv4-mapped IPv6 address is the IPv4 address, and only a link-local one has a zone.</summary>
    public static IPAddress Plain(IPAddress address) => new TcpEndpoint(address, 0).ToIPAddress();

    /// <summary>
    /// Whether <paramref name="wildcard"/> is one, and other addresses fall under it: :: (a dual-stack socket) is everything, 0.0.0.0 all IPv4.
    /// </summary>
    public static bool Includes(IPAddress wildcard, IPAddress address) =>
        !wildcard.Equals(address)
        && (wildcard.Equals(IPAddress.IPv6Any) || (wildcard.Equals(IPAddress.Any) && address.AddressFamily == AddressFamily.InterNetwork));
}
