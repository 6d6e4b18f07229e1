using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>A direction's part in the interruption of its relay.</summary>
internal sealed unsafe partial class RelayDirection
{
    /// <summary>Cancels what waits.</summary>
    public void Suspend()
    {
        CancelReceive();
        if (_intake == Intake.PollingSource)
            Cancel(UringOperation.PollSource);
        if (IsAwaitingRoom)
            Cancel(UringOperation.AwaitRoom);
        if (_isWatching)
            Cancel(UringOperation.Watch);
    }

    /// <summary>As if nobody had asked.</summary>
    public void GoOnAfterAll()
    {
        if (IsAwaitingRoom)
            AwaitRoom();
        else
            Continue();
    }

    /// <summary>Gives what has not been sent back to the source. Nothing is under way.</summary>
    public void PutBack()
    {
        var length = _pipe?.Length ?? 0;
        for (var id = _head; id != Segment.None; id = _buffers[id].Next)
            length += _buffers[id].Length;
        if (length == 0)
            return;
        var bytes = new byte[length];
        var left = bytes.AsSpan();
        for (; _head != Segment.None; RemoveHead())
        {
            Bytes(_head).CopyTo(left);
            left = left[_buffers[_head].Length..];
        }

        while (!left.IsEmpty)
        {
            var read = Libc.ReadPipe(_pipe!.ReadEnd, left);
            if (read <= 0)
                throw new IOException($"a pipe that holds {left.Length} bytes gave none: {Errno.Describe(-read)}");
            _pipe.Length -= read;
            left = left[read..];
        }

        _source.PutBack(bytes);
    }

    private void Cancel(UringOperation operation) => worker.PrepareUnwatched()->Cancel(Tag | (byte)operation);
}
