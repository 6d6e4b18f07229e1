using System.Net.Sockets;

namespace Proxify.Program.Logging;

/// <summary>Each write is a datagram to a UNIX socket, as systemd's journal and syslog's daemons listen at.</summary>
internal sealed class DatagramStream : WriteOnlyStream
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly UnixDomainSocketEndPoint _peer;

    /// <param name="path">Where somebody listens.</param>
    /// <exception cref="IOException">Nobody does, or nobody may send there.</exception>
    public DatagramStream(string path)
    {
        _peer = new UnixDomainSocketEndPoint(path);
        using var trial = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            trial.Connect(_peer);
        }
        catch (SocketException e)
        {
            _socket.Dispose();
            throw new IOException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Waits for a reader that is slow. To the name, not to a connection: who listens there may be another one by now.</summary>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _socket.SendTo(buffer, SocketFlags.None, _peer);
        }
        catch (SocketException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _socket.Dispose();
        base.Dispose(disposing);
    }
}
