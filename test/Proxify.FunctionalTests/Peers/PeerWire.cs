using System.Net.Sockets;

namespace Proxify.Peers;

/// <summary>What a peer's bytes go through: nothing but its socket.</summary>
internal class PeerWire(Socket socket) : IDisposable
{
    protected Socket Socket => socket;

    /// <summary>Whether the end that was received is one that the other side has meant.</summary>
    public virtual bool HasEndedInOrder => true;

    /// <returns>Bytes taken.</returns>
    public virtual async Task<int> SendAsync(ReadOnlyMemory<byte> bytes) => await socket.SendAsync(bytes);

    /// <summary>Sends without waiting, to be called again with the same bytes as long as it takes none.</summary>
    /// <returns>Bytes taken.</returns>
    public virtual int TrySend(ReadOnlyMemory<byte> bytes, out SocketError error)
    {
        socket.Blocking = false;
        var taken = socket.Send(bytes.Span, SocketFlags.None, out error);
        if (error == SocketError.WouldBlock)
            error = SocketError.Success;
        return taken;
    }

    /// <returns>Bytes received; 0 at the end.</returns>
    public virtual async Task<int> ReceiveAsync(Memory<byte> buffer) => await socket.ReceiveAsync(buffer);

    public virtual void Fin() => socket.Shutdown(SocketShutdown.Send);

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => socket.Dispose();
}
