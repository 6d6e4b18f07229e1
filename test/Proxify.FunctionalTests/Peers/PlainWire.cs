using System.Net.Sockets;

namespace Proxify.Peers;

/// <summary>Bytes as they are.</summary>
internal sealed class PlainWire(Socket socket) : PeerWire(socket)
{
    public override bool HasEndedInOrder => true;

    public override async Task<int> SendAsync(ReadOnlyMemory<byte> bytes) => await Socket.SendAsync(bytes);

    public override int TrySend(ReadOnlyMemory<byte> bytes, out SocketError error)
    {
        Socket.Blocking = false;
        var taken = Socket.Send(bytes.Span, SocketFlags.None, out error);
        if (error == SocketError.WouldBlock)
            error = SocketError.Success;
        return taken;
    }

    public override async Task<int> ReceiveAsync(Memory<byte> buffer) => await Socket.ReceiveAsync(buffer);

    public override long Acknowledged(long sent) => sent - TcpState.Unacknowledged(Socket);

    public override void Fin() => Socket.Shutdown(SocketShutdown.Send);
}
