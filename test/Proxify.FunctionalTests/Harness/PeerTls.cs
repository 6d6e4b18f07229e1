using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>
/// TLS of a peer, after its handshake. OpenSSL makes and reads the records: so what proxify makes of them by itself is not measured by itself. From any thread.
/// </summary>
internal sealed class PeerTls : IDisposable
{
    private const int LongestRecord = 16_384;

    private readonly Lock _gate = new();
    private readonly Socket _socket;
    private readonly OpenSslTransform _transform;
    private readonly long _acknowledgedBefore;
    private readonly List<(long Wire, long Plain)> _ends = [(0, 0)];
    private long _sent;
    private bool _isDisposed;

    private PeerTls(Socket socket, PeerHandshake handshake, long acknowledgedBefore)
    {
        _socket = socket;
        _transform = new OpenSslTransform(handshake.TakeSession());
        _acknowledgedBefore = acknowledgedBefore;
        _sent = handshake.Sent;
        First = Open(handshake.Rest.Span);
    }

    /// <summary>What came with the handshake.</summary>
    public ReadOnlyMemory<byte> First { get; }

    /// <summary>The other side has said that nothing follows.</summary>
    public bool HasEnded => _transform.HasEnded;

    /// <summary>What came is no TLS, or an alert.</summary>
    public bool IsBroken => _transform.IsBroken;

    /// <summary>Of all that was sealed, what the other side's kernel has acknowledged, as far as the other side could open it.</summary>
    public long Acknowledged
    {
        get
        {
            var acknowledged = AcknowledgedBytes(_socket) - _acknowledgedBefore;
            return _ends.FindLast(end => end.Wire <= acknowledged).Plain;
        }
    }

    public static async Task<PeerTls> BeginAsync(Socket socket, TlsContext context)
    {
        var acknowledged = AcknowledgedBytes(socket);
        using var handshake = new PeerHandshake(context);
        await handshake.RunAsync(socket);
        return new PeerTls(socket, handshake, acknowledged);
    }

    /// <summary>A record at a time, so that it is known where each ends.</summary>
    public ReadOnlyMemory<byte> Seal(ReadOnlySpan<byte> plain)
    {
        var wire = new byte[_transform.SealBound(plain.Length) + (plain.Length / LongestRecord * _transform.SealBound(0))];
        var length = 0;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            while (!plain.IsEmpty)
            {
                var record = plain[..Math.Min(LongestRecord, plain.Length)];
                length += _transform.Seal(record, wire.AsSpan(length));
                _ends.Add((_sent + length, _ends[^1].Plain + record.Length));
                plain = plain[record.Length..];
            }

            _sent += length;
        }

        return wire.AsMemory(0, length);
    }

    /// <summary>What goes before a FIN.</summary>
    public ReadOnlyMemory<byte> SealEnd()
    {
        var wire = new byte[_transform.SealBound(0)];
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return wire.AsMemory(0, _transform.SealEnd(wire));
        }
    }

    public ReadOnlyMemory<byte> Open(ReadOnlySpan<byte> wire)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            var plain = new byte[_transform.OpenBound(wire.Length)];
            return plain.AsMemory(0, _transform.Open(wire, plain));
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _transform.Dispose();
        }
    }

    private static long AcknowledgedBytes(Socket socket) => Libc.AcknowledgedBytes((int)socket.Handle);
}
