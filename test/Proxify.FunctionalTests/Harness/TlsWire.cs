using System.Net.Sockets;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A peer's bytes in TLS.</summary>
internal sealed class TlsWire : PeerWire
{
    private readonly PeerTls _tls;
    private readonly byte[] _buffer = new byte[32 * 1024];
    private ReadOnlyMemory<byte> _opened;
    private Task _sending = Task.CompletedTask;

    private TlsWire(Socket socket, PeerTls tls)
        : base(socket)
    {
        _tls = tls;
        _opened = tls.First;
    }

    public override bool HasEndedInOrder => _tls.HasEnded;

    public static async Task<TlsWire> BeginAsync(Socket socket, TlsContext context) => new(socket, await PeerTls.BeginAsync(socket, context));

    public override async Task<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending;
        await (_sending = Socket.SendAsync(_tls.Seal(bytes.Span)).AsTask());
        return bytes.Length;
    }

    /// <summary>What is in a record goes as a whole: what the kernel has no room for now is sent when it has.</summary>
    public override int TrySend(ReadOnlyMemory<byte> bytes, out SocketError error)
    {
        error = (_sending.Exception?.GetBaseException() as SocketException)?.SocketErrorCode ?? SocketError.Success;
        if (!_sending.IsCompletedSuccessfully)
            return 0;
        _sending = Socket.SendAsync(_tls.Seal(bytes.Span)).AsTask();
        return bytes.Length;
    }

    public override async Task<int> ReceiveAsync(Memory<byte> buffer)
    {
        while (_opened.IsEmpty)
        {
            var received = await Socket.ReceiveAsync(_buffer);
            if (received == 0)
            {
                // The kernel tells of a reset once: perhaps to what still waits to be sent.
                if (!_tls.HasEnded)
                    await _sending;
                return 0;
            }

            Assert.False(_tls.HasEnded, "something comes behind what TLS has ended with");
            _opened = _tls.Open(_buffer.AsSpan(0, received));
        }

        var taken = Math.Min(buffer.Length, _opened.Length);
        _opened[..taken].CopyTo(buffer);
        _opened = _opened[taken..];
        return taken;
    }

    public override long Acknowledged(long sent) => _tls.Acknowledged;

    public override void Fin() => _sending = FinAsync(_sending);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing); // first, so that nothing more is said
        _tls.Dispose();
    }

    private async Task FinAsync(Task before)
    {
        await before;
        await Socket.SendAsync(_tls.SealEnd());
        Socket.Shutdown(SocketShutdown.Send);
    }
}
