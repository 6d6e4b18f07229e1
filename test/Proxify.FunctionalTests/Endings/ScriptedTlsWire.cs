using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Linux;

namespace Proxify.FunctionalTests.Endings;

/// <summary>The same in TLS.</summary>
internal sealed class ScriptedTlsWire : ScriptedWire
{
    private static readonly byte[] Buffer = GC.AllocateUninitializedArray<byte>(16 * 1024); // one thread plays all peers

    private readonly PeerTls _tls;
    private ReadOnlyMemory<byte> _opened;
    private ReadOnlyMemory<byte> _sealed;
    private bool _hasSealedEnd;

    private ScriptedTlsWire(Socket socket, PeerTls tls)
        : base(socket)
    {
        _tls = tls;
        _opened = tls.First;
    }

    public override bool IsTls => true;

    public override bool HasEndedInOrder => _tls.HasEnded;

    public override bool HasInput => !_opened.IsEmpty || base.HasInput;

    /// <summary>Waits for the handshake, which asks nothing of the others that are played.</summary>
    public static ScriptedTlsWire Begin(Socket socket, bool isServer, int version)
    {
        var tls = Task.Run(() => PeerTls.BeginAsync(socket, TestTls.Of(isServer, version))).GetAwaiter().GetResult();
        // Proxify's last word of a handshake is tickets: who leaves before them was never there.
        if (!isServer && version == OpenSsl.Tls13)
            Assert.True(socket.Poll(Patience.Limit, SelectMode.SelectRead), "no tickets");
        return new ScriptedTlsWire(socket, tls);
    }

    public override int Send(ReadOnlySpan<byte> bytes)
    {
        if (Flush() is < 0 and var before)
            return before;
        _sealed = _tls.Seal(bytes);
        Flush(); // an error will be there again
        return bytes.Length;
    }

    public override int Flush()
    {
        while (!_sealed.IsEmpty)
        {
            var sent = RawTcp.Send(Socket, _sealed.Span, isUrgent: false);
            if (sent < 0)
                return sent;
            _sealed = _sealed[sent..];
        }

        return 0;
    }

    public override int Receive(Span<byte> buffer)
    {
        while (_opened.IsEmpty)
        {
            var received = RawTcp.Receive(Socket, Buffer);
            if (received <= 0)
                return received;
            if (_tls.HasEnded)
                return -RawTcp.ProtocolError;
            _opened = _tls.Open(Buffer.AsSpan(0, received));
            if (_tls.IsBroken)
                return -RawTcp.ProtocolError;
        }

        var taken = Math.Min(buffer.Length, _opened.Length);
        _opened[..taken].Span.CopyTo(buffer);
        _opened = _opened[taken..];
        return taken;
    }

    public override int Fin()
    {
        if (Flush() is < 0 and var before)
            return before;
        if (!_hasSealedEnd)
            _sealed = _tls.SealEnd();
        _hasSealedEnd = true;
        return Flush() is < 0 and var error ? error : base.Fin();
    }

    public override long Acknowledged(long sent) => _tls.Acknowledged;

    public override void Close()
    {
        base.Close();
        _tls.Dispose();
    }
}
