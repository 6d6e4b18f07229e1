using Proxify.Linux;

namespace Proxify.Transport.Net;

/// <summary>Binds a socket that is to be dialled.</summary>
internal static class LocalBinding
{
    /// <returns>
    /// Zero, or a negative errno: -EPERM without the right to a foreign address, -EADDRNOTAVAIL where the address has to be this machine's, and is not.
    /// </returns>
    public static int Bind(int fd, LocalEnd local)
    {
        var endpoint = local.Endpoint;
        if (local.IsForeign)
        {
            var (level, name) = endpoint.IsIPv4 ? (Libc.IpProtoIP, Libc.IPTransparent) : (Libc.IpProtoIPv6, Libc.IPv6Transparent);
            if (Libc.SetOption(fd, level, name, 1) is < 0 and var refused)
                return refused;
        }

        // Without a port the choice waits for connect(2), which knows the remote end: one port then serves as many connections as there are remote ends
        // (IP_BIND_ADDRESS_NO_PORT, ip(7); IPv6 sockets take it at the same level). With one, bind(2) would not share it with those that have it already.
        _ = endpoint.Port == 0
            ? Libc.SetOption(fd, Libc.IpProtoIP, Libc.IPBindAddressNoPort, 1) : Libc.SetOption(fd, Libc.SolSocket, Libc.SoReuseAddress, 1);
        return Libc.Bind(fd, endpoint.ToSocketAddress());
    }
}
