using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>Takes what a <see cref="IChannel"/> brings, on the worker's thread.</summary>
internal interface IChannelOwner
{
    /// <summary>
    /// Whether what it writes may go out a look at the ring later, as long as more is written with each look: many small messages of others are one then.
    /// Default: no.
    /// </summary>
    bool Gathers => false;

    /// <param name="bytes">Valid until this returns.</param>
    void OnReceived(ReadOnlySpan<byte> bytes);

    /// <summary>The peer has ended its side (FIN): nothing more comes, and what is written is still sent.</summary>
    void OnEnded();

    /// <summary>The connection is of no use any more; may come out of none of the owner's own calls.</summary>
    /// <param name="error"><see cref="SocketError.OperationAborted"/> where it was aborted.</param>
    void OnLost(SocketError error);

    /// <summary>The kernel has taken all that was written.</summary>
    void OnSent();
}
