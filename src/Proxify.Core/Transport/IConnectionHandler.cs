using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>Takes the connections that a listener accepts. Called on the transport's own threads: must not block.</summary>
internal interface IConnectionHandler
{
    /// <summary>
    /// The life of one client connection. The transport owns the connection: when this ends, the connection is reset unless it was closed or relayed;
    /// an exception is reported to <see cref="OnHandlerError"/> and costs this connection only.
    /// </summary>
    ValueTask HandleAsync(Connection client);

    /// <summary>
    /// Accepting failed. <paramref name="backoff"/> is the pause before the next try where the system ran out of a resource (EMFILE, ENFILE, ENOBUFS, ENOMEM),
    /// null where accepting stopped for good.
    /// </summary>
    void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff);

    /// <summary><see cref="HandleAsync"/> threw: a defect, never a peer's doing.</summary>
    void OnHandlerError(Connection client, Exception exception);
}
