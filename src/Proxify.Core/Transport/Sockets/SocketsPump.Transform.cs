using System.Buffers;
using System.Net.Sockets;

namespace Proxify.Transport.Sockets;

/// <summary>Where an end of the relay has a transform, what is received is opened, sealed, or both, into a buffer of its own before it is sent.</summary>
internal sealed partial class SocketsPump
{
    private async ValueTask<IoResult> TransformAsync(ReadOnlyMemory<byte> received)
    {
        if (_opener is null)
            return await SealAsync(received);
        var plain = ArrayPool<byte>.Shared.Rent(_opener.OpenBound(received.Length));
        try
        {
            var length = _opener.Open(received.Span, plain);
            _isUnreadable = length < 0;
            if (_isUnreadable)
                return new(0, SocketError.ConnectionReset);
            from.CountReceived(length);
            return await SealAsync(plain.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(plain);
        }
    }

    private async ValueTask<IoResult> SealAsync(ReadOnlyMemory<byte> plain)
    {
        if (plain.IsEmpty)
            return default;
        if (_sealer is null)
            return await to.SendWireAsync(plain);
        var wire = ArrayPool<byte>.Shared.Rent(_sealer.SealBound(plain.Length));
        try
        {
            return await to.SendWireAsync(wire.AsMemory(0, _sealer.Seal(plain.Span, wire)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(wire);
        }
    }

    /// <summary>The source has sent FIN, or said that nothing follows.</summary>
    private async ValueTask<(SocketsConnection? Failed, SocketError Error)> EndAsync()
    {
        if (_opener is { HasEnded: false })
            return (from, SocketError.ConnectionReset);
        if (_sealer is null || relay.HasLost)
            return default;
        var wire = new byte[_sealer.SealBound(0)];
        var sent = await WaitForRoomAsync(to.SendWireAsync(wire.AsMemory(0, _sealer.SealEnd(wire))), wire.Length);
        return sent.Error == SocketError.Success ? default : (to, sent.Error);
    }
}
