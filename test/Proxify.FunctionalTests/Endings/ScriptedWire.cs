using System.Net.Sockets;

namespace Proxify.FunctionalTests.Endings;

/// <summary>What a scripted peer's bytes go through: nothing but its socket. Does what can be done without waiting.</summary>
internal class ScriptedWire(Socket socket)
{
    public Socket Socket => socket;

    public virtual bool IsTls => false;

    /// <summary>Whether the FIN that was received is one that the other side has meant.</summary>
    public virtual bool HasEndedInOrder => true;

    /// <summary>Bytes wait to be read.</summary>
    public virtual bool HasInput => socket.Available > 0;

    /// <summary>Bytes, or a negative errno.</summary>
    public virtual int Send(ReadOnlySpan<byte> bytes) => RawTcp.Send(socket, bytes, isUrgent: false);

    /// <summary>Sends what was taken and is still here; 0, or a negative errno.</summary>
    public virtual int Flush() => 0;

    /// <summary>Bytes, 0 at the end, or a negative errno.</summary>
    public virtual int Receive(Span<byte> buffer) => RawTcp.Receive(socket, buffer);

    /// <summary>Sends FIN behind all that was taken: 0, or a negative errno.</summary>
    public virtual int Fin() => Linux.Libc.ShutdownSend((int)socket.Handle) < 0 ? -RawTcp.NotConnected : 0;

    /// <summary>Of what was sent, FIN (one) and urgent bytes included, what the other side's kernel has acknowledged.</summary>
    public virtual long Acknowledged(long sent) => sent - TcpState.Unacknowledged(socket);

    public virtual void Close() => socket.Dispose();
}
