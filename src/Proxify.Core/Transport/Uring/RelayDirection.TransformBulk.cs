using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// Bulk that is opened or sealed: a poll at a time, then as much as the worker's own buffers take, through the transforms and on, without waiting. Few large
/// receives and sends instead of many: what is left of TLS is its cipher.
/// </summary>
internal sealed unsafe partial class RelayDirection
{
    private void PumpTransformed()
    {
        if (_head != Segment.None)
            return; // an answer to the destination goes first: Continue() comes back when it has gone
        var buffers = worker.BulkBuffers;
        var received = worker.IsAtCeiling ? 0 : Libc.TryReceive(_sourceFd, buffers.Wire);
        if (received is -Errno.Again or -Errno.Interrupted)
        {
            PollSource();
            return;
        }

        if (received <= 0)
        {
            if (received == 0)
                LeaveBulk(); // receiving knows what that is
            else
                relay.OnSourceReset(this); // the error is told once only
            return;
        }

        _smallWakeUps = received < _buffers.Size ? _smallWakeUps + 1 : 0;
        relay.OnActivity();
        var bytes = buffers.Wire[..received];
        if (_opener is not null)
            Open(ref bytes, buffers.Opened);
        if (_sealer is not null && !bytes.IsEmpty)
            bytes = buffers.Sealed[.._sealer.Seal(bytes, buffers.Sealed)];
        if (_opener is null)
            _source.CountReceived(received);
        if (TrySendBulk(bytes))
            GoOnWithBulk();
    }

    private void Open(ref Span<byte> bytes, Span<byte> opened)
    {
        var length = _opener!.Open(bytes, opened);
        _source.CountReceived(length);
        if (_opener.HasReply)
            relay.AnswerSource(this);
        bytes = opened[..length];
    }

    /// <summary>What the destination does not take goes into a block of its own, and is waited for.</summary>
    /// <returns>False: it has failed.</returns>
    private bool TrySendBulk(ReadOnlySpan<byte> bytes)
    {
        var sent = bytes.IsEmpty ? 0 : Libc.TrySend(_destinationFd, bytes);
        if (sent is < 0 and not (-Errno.Again or -Errno.Interrupted))
        {
            relay.OnDestinationReset(this);
            return false;
        }

        var rest = bytes[Math.Max(sent, 0)..];
        if (rest.IsEmpty)
            return true;
        var block = NewBlock(rest.Length);
        rest.CopyTo(Bytes(block));
        Append(block);
        AwaitRoomToSend();
        return true;
    }

    private void GoOnWithBulk()
    {
        if (_opener is { IsBroken: true } or { HasEnded: true })
            LookForEnd();
        else if (_head == Segment.None && _smallWakeUps < SmallWakeUps)
            PollSource();
        else if (_head == Segment.None)
            LeaveBulk();
    }
}
