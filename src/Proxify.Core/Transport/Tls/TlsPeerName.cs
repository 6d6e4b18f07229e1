using System.Net;

namespace Proxify.Transport.Tls;

/// <summary>What a server is called: its certificate has to have this name, and it is asked for (SNI) where it is no address (RFC 6066, 3).</summary>
/// <param name="Name">A host name without a dot at its end, or an IP address without brackets.</param>
/// <param name="IsAddress">It is an IP address.</param>
internal sealed record TlsPeerName(string Name, bool IsAddress)
{
    /// <param name="host">A host name or an IP address.</param>
    public static TlsPeerName Of(string host) => new(host.TrimEnd('.'), IPAddress.TryParse(host, out _));
}
