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
            from.CountReceived(length);
            await AnswerAsync(from, _opener);
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
        await to.Sealing.WaitAsync();
        var wire = ArrayPool<byte>.Shared.Rent(_sealer.SealBound(plain.Length));
        IoResult sent;
        try
        {
            sent = await to.SendWireAsync(wire.AsMemory(0, _sealer.Seal(plain.Span, wire)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(wire);
            to.Sealing.Release();
        }

        await AnswerAsync(to, _sealer); // what the other pump could not
        return sent;
    }

    /// <summary>Tells a peer what it has to be told in return to what it sent, unless the other pump is sending to it, which does it then.</summary>
    private static async ValueTask AnswerAsync(SocketsConnection peer, ConnectionTransform transform)
    {
        while (transform.HasReply && await peer.Sealing.WaitAsync(TimeSpan.Zero))
        {
            try
            {
                var wire = new byte[transform.SealBound(0)];
                if ((await peer.SendWireAsync(wire.AsMemory(0, transform.Seal([], wire)))).Error != SocketError.Success)
                    return;
            }
            finally
            {
                peer.Sealing.Release();
            }
        }
    }

    /// <summary>Tells the source why, as far as its socket takes it at once, before it is reset.</summary>
    private void SayWhy(ConnectionTransform opener)
    {
        Span<byte> alert = stackalloc byte[opener.SealBound(0)];
        from.TrySend(alert[..opener.SealEnd(alert)]);
    }

    /// <summary>The source has sent FIN, or said that nothing follows.</summary>
    /// <returns>As <see cref="PumpAsync"/>.</returns>
    private (SocketsConnection? Failed, SocketError Error) End()
    {
        if (_opener is null or { HasEnded: true })
            return default;
        if (!relay.HasLost)
            _opener.Loss = _opener.IsBroken ? TransformLoss.Unreadable : TransformLoss.Truncated;
        if (_opener.IsBroken)
            SayWhy(_opener);
        return (from, SocketError.ConnectionReset);
    }

    /// <summary>What the destination's transform says before a FIN.</summary>
    /// <returns>False: the destination has gone. It has everything, or the other pump misses it.</returns>
    public async ValueTask<bool> TrySendEndAsync()
    {
        if (_sealer is null)
            return true;
        await to.Sealing.WaitAsync();
        var wire = new byte[_sealer.SealBound(0)];
        var sent = await WaitForRoomAsync(to.SendWireAsync(wire.AsMemory(0, _sealer.SealEnd(wire))), wire.Length);
        to.Sealing.Release();
        return sent.Error == SocketError.Success;
    }
}
