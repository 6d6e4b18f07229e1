using System.Net;
using System.Net.Sockets;

namespace Proxify.Configuration;

/// <summary>Which addresses can be an end of a TCP connection.</summary>
internal static class EndpointRules
{
    private const byte FirstMulticast = 224;
    private const byte LastMulticast = 239;

    /// <summary>Null, or why not, to follow the address: <c>224.0.0.1 …</c>.</summary>
    public static string? Problem(IPAddress address)
    {
        if (address.IsIPv6Multicast || IsIPv4Multicast(address))
            return "is a multicast address, which TCP cannot use";
        if (address.Equals(IPAddress.Broadcast))
            return "is the broadcast address, which TCP cannot use";
        // RFC 4007, 6: without its zone it may be on any link.
        if (address is { IsIPv6LinkLocal: true, ScopeId: 0 })
            return $"is link-local and needs its interface, as in {address}%eth0";
        return null;
    }

    private static bool IsIPv4Multicast(IPAddress address)
    {
        var plain = LocalAddresses.Plain(address);
        return plain.AddressFamily == AddressFamily.InterNetwork && plain.GetAddressBytes()[0] is >= FirstMulticast and <= LastMulticast;
    }
}
