using System.Net.Sockets;

namespace Proxify.Peers;

/// <summary>What a peer's bytes go through on their way to its socket and from it.</summary>
internal abstract class PeerWire(Socket socket) : IDisposable
{
    protected Socket Socket => socket;

    /// <summary>Whether the FIN that was received is one that the other side has meant.</summary>
    public abstract bool HasEndedInOrder { get; }

    /// <returns>Bytes taken.</returns>
    public abstract Task<int> SendAsync(ReadOnlyMemory<byte> bytes);

    /// <summary>Sends without waiting.</summary>
    /// <returns>Bytes taken; 0: there is no room.</returns>
    public abstract int TrySend(ReadOnlyMemory<byte> bytes, out SocketError error);

    /// <returns>Bytes received; 0 at the end.</returns>
    public abstract Task<int> ReceiveAsync(Memory<byte> buffer);

    /// <summary>Of so many bytes that it has taken: those that the other side's kernel has acknowledged, as far as the other side could use them.</summary>
    public abstract long Acknowledged(long sent);

    /// <summary>Ends what is sent, behind all that was taken.</summary>
    public abstract void Fin();

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => socket.Dispose();
}
