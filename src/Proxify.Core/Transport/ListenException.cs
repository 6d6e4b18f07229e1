using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>An endpoint could not be bound or listened on.</summary>
internal sealed class ListenException(TcpEndpoint endpoint, SocketError error, Exception? inner = null)
    : Exception($"cannot listen on {endpoint}: {Describe(error)}", inner)
{
    public TcpEndpoint Endpoint { get; } = endpoint;

    public SocketError Error { get; } = error;

    /// <summary>The cause without the endpoint, of which many may have the same.</summary>
    public string Reason => Describe(Error);

    private static string Describe(SocketError error) => error switch
    {
        SocketError.AddressAlreadyInUse => "the port is in use, by another process's listener or connection (EADDRINUSE); \"ss -tanp\" shows it",
        SocketError.AccessDenied => "permission denied; ports below net.ipv4.ip_unprivileged_port_start (1024) need CAP_NET_BIND_SERVICE (EACCES)",
        SocketError.AddressNotAvailable => "this machine has no such address (EADDRNOTAVAIL)",
        _ => SocketErrors.Describe(error),
    };
}
