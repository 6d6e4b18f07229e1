namespace Proxify.Transport;

/// <summary>Our own end of a connection that is to be dialled.</summary>
/// <param name="Endpoint">The address, of the remote end's family; port 0: a free one of the kernel's choice.</param>
/// <param name="IsForeign">The address need not be this machine's: IP_TRANSPARENT, which needs CAP_NET_RAW or CAP_NET_ADMIN.</param>
internal readonly record struct LocalEnd(TcpEndpoint Endpoint, bool IsForeign = false)
{
    /// <summary>The kernel chooses the address, too: the default.</summary>
    public bool IsAny => Endpoint.IsAny;
}
