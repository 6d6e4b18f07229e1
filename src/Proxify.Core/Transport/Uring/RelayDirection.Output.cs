using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>Towards the destination: one send at a time, which keeps the order, and a poll where there is no room.</summary>
internal sealed unsafe partial class RelayDirection
{
    private void SendQueued()
    {
        if (_output == Output.Idle && _head != Segment.None)
            Send();
    }

    private void Send()
    {
        _output = Output.Sending;
        ref readonly var segment = ref _buffers[_head];
        worker.Prepare(this, UringOperation.Send)->SendNow(_destinationFd, segment.Data, (uint)segment.Length);
    }

    private void OnSent(int result)
    {
        _output = Output.Idle;
        if (relay.HasEnded || _life == Life.Discarding)
        {
            DropQueue();
            return;
        }

        var isFull = result == -Errno.Again;
        if (result >= 0)
        {
            isFull = result < _buffers[_head].Length;
            relay.OnActivity();
            Take(result);
        }
        else if (result is not (-Errno.Interrupted or -Errno.Again))
        {
            relay.OnDestinationReset(this);
            return;
        }

        // To wait for room is not left to the send: after the destination's FIN the kernel would take it for ready at once, again and again, and then block a
        // thread of its own with it.
        if (isFull)
            AwaitRoomToSend();
        else if (_head != Segment.None)
            Send();
        else if (_life == Life.SourceEnded)
            Finish();
        else
            GoOn();
    }

    private void GoOn()
    {
        if (_sealer is { HasReply: true })
            Answer(); // for which there was no room
        Continue();
    }

    /// <summary>
    /// Waits until the destination's socket has room: for what is queued, for what is in the pipe, or at the ceiling for what would be received.
    /// </summary>
    private void AwaitRoom()
    {
        if (!relay.IsSuspending)
            worker.Prepare(this, UringOperation.AwaitRoom)->Poll(_destinationFd, PollEvents.Out);
        relay.OnPaused();
    }

    private void AwaitRoomToSend()
    {
        _output = Output.AwaitingRoom;
        AwaitRoom();
    }

    private void StopAwaitingRoom()
    {
        if (!IsAwaitingRoom)
            return;
        EndAwaitingRoom();
        worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.AwaitRoom);
    }

    private void EndAwaitingRoom()
    {
        if (_intake == Intake.AwaitingRoom)
            _intake = Intake.Idle;
        if (_output == Output.AwaitingRoom)
            _output = Output.Idle;
    }

    private void OnPolledDestination(int result, bool hasMore)
    {
        if (!IsAwaitingRoom || result == -Errno.Canceled)
            return;
        if (RoomPoll.TellsOfFinOnly(result))
        {
            if (!hasMore)
                worker.Prepare(this, UringOperation.AwaitRoom)->PollMultishot(_destinationFd, PollEvents.Out);
            return;
        }

        if (hasMore)
            StopAwaitingRoom();
        EndAwaitingRoom();
        if (_head != Segment.None)
            Send();
        else if (relay.IsSuspending)
            return;
        else if (HasPiped)
            Pump();
        else if (_life == Life.Open)
            ReceiveSpare();
    }
}
