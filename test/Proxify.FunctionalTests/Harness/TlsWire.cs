using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A peer's bytes in TLS. OpenSSL makes and reads the records: so what proxify makes of them by itself is not measured by itself.</summary>
internal sealed class TlsWire : PeerWire
{
    private const int LongestRecord = 16_384;

    private readonly Lock _gate = new();
    private readonly OpenSslTransform _tls;
    private readonly long _acknowledgedBefore;
    private readonly List<(long Wire, long Plain)> _ends = [];
    private readonly byte[] _buffer = new byte[2 * LongestRecord];
    private ReadOnlyMemory<byte> _opened;
    private long _sent;
    private long _taken;
    private Task _sending = Task.CompletedTask;
    private bool _isDisposed;

    private TlsWire(Socket socket, PeerHandshake handshake, long acknowledgedBefore)
        : base(socket)
    {
        _tls = new OpenSslTransform(handshake.TakeSession());
        _acknowledgedBefore = acknowledgedBefore;
        _sent = handshake.Sent;
        Open(handshake.Rest);
    }

    public override bool HasEndedInOrder => _tls.HasEnded;

    public static async Task<TlsWire> BeginAsync(Socket socket, TlsContext context)
    {
        var acknowledged = AcknowledgedBytes(socket);
        using var handshake = new PeerHandshake(context);
        await handshake.RunAsync(socket);
        return new TlsWire(socket, handshake, acknowledged);
    }

    public override async Task<int> SendAsync(ReadOnlyMemory<byte> bytes)
    {
        await _sending;
        await (_sending = Socket.SendAsync(Seal(bytes)).AsTask());
        return bytes.Length;
    }

    /// <summary>What is in a record goes as a whole: what the kernel has no room for now is sent when it has.</summary>
    public override int TrySend(ReadOnlyMemory<byte> bytes, out SocketError error)
    {
        error = (_sending.Exception?.GetBaseException() as SocketException)?.SocketErrorCode ?? SocketError.Success;
        if (!_sending.IsCompletedSuccessfully)
            return 0;
        _sending = Socket.SendAsync(Seal(bytes)).AsTask();
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
            Open(_buffer.AsMemory(0, received));
        }

        var taken = Math.Min(buffer.Length, _opened.Length);
        _opened[..taken].CopyTo(buffer);
        _opened = _opened[taken..];
        return taken;
    }

    public override long Acknowledged(long sent)
    {
        var acknowledged = AcknowledgedBytes(Socket) - _acknowledgedBefore;
        return _ends.FindLast(end => end.Wire <= acknowledged).Plain;
    }

    public override void Fin() => _sending = FinAsync(_sending);

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing); // first, so that nothing more is said
        lock (_gate)
        {
            _isDisposed = true;
            _tls.Dispose();
        }
    }

    private static long AcknowledgedBytes(Socket socket) => Libc.AcknowledgedBytes((int)socket.Handle);

    private async Task FinAsync(Task before)
    {
        await before;
        var wire = new byte[_tls.SealBound(0)];
        await Socket.SendAsync(wire.AsMemory(0, _tls.SealEnd(wire)));
        Socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>A record at a time, so that it is known where each ends.</summary>
    private ReadOnlyMemory<byte> Seal(ReadOnlyMemory<byte> plain)
    {
        var wire = new byte[_tls.SealBound(plain.Length) + (plain.Length / LongestRecord * _tls.SealBound(0))];
        var length = 0;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            for (; !plain.IsEmpty; plain = plain[Math.Min(LongestRecord, plain.Length)..])
            {
                var record = plain[..Math.Min(LongestRecord, plain.Length)];
                length += _tls.Seal(record.Span, wire.AsSpan(length));
                _ends.Add((_sent + length, _taken += record.Length));
            }
        }

        _sent += length;
        return wire.AsMemory(0, length);
    }

    private void Open(ReadOnlyMemory<byte> wire)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var plain = new byte[_tls.OpenBound(wire.Length)];
            _opened = plain.AsMemory(0, _tls.Open(wire.Span, plain));
        }
    }
}
