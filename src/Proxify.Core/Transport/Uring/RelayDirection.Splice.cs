using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// Bulk: pages move from socket to pipe to socket without being copied. Non-blocking splice(2) calls from the loop, driven by one poll at a time through the
/// ring; IORING_OP_SPLICE would hand every one of them to a kernel thread.
/// </summary>
internal sealed unsafe partial class RelayDirection
{
    /// <summary>So many full receives in a row are bulk.</summary>
    private const int FullReceives = 3;

    /// <summary>So many wake-ups in a row that find less than a buffer's worth are not.</summary>
    private const int SmallWakeUps = 4;

    private SplicePipe? _pipe;
    private int _fullReceives;
    private int _smallWakeUps;

    private bool HasPiped => _pipe is { Length: > 0 };

    private void LookForBulk(int received)
    {
        _fullReceives = received == _buffers.Size ? _fullReceives + 1 : 0;
        if (_fullReceives < FullReceives || _mode == Mode.Bulk || (!IsTransformed && !worker.Pipes.HasFree))
            return;
        if (!IsTransformed)
            worker.Counters.CountSplice();
        _mode = Mode.Bulk;
        _smallWakeUps = 0;
        CancelReceive(); // Continue() pumps once its last completion has come and the queue is empty
    }

    private void LeaveBulk()
    {
        _mode = Mode.Shared;
        _fullReceives = 0;
        ReceiveAgain();
    }

    private void OnPolled()
    {
        _intake = Intake.Idle;
        if (relay.HasEnded)
            return;
        if (_life == Life.Discarding)
            WatchSource();
        else if (!relay.IsSuspending)
            Pump();
    }

    /// <summary>One round through the pipe, then a poll for whichever end has to be waited for; other sockets have their turn meanwhile.</summary>
    private void Pump()
    {
        if (IsTransformed)
        {
            PumpTransformed();
            return;
        }

        if (_life == Life.Open)
        {
            _pipe ??= worker.Pipes.TryRent();
            if (_pipe is null)
            {
                LeaveBulk();
                return;
            }

            var mustReceive = false;
            var filled = Libc.Splice(_sourceFd, _pipe.WriteEnd, (nuint)(_pipe.Capacity - _pipe.Length));
            if (filled > 0)
            {
                relay.OnActivity();
                _source.CountReceived(filled);
                _pipe.Length += (int)filled;
            }
            else if (filled == 0 && _pipe.Length < _pipe.Capacity)
            {
                // The end of the stream, or urgent data that FIN follows (tcp_splice_read() in net/ipv4/tcp.c): receiving goes past that, and knows.
                mustReceive = true;
            }
            else if (filled is not (0 or -Errno.Again or -Errno.Interrupted))
            {
                // A reset, which splice reports where urgent data stops it, too: receiving gives what is left behind that, and then the end.
                mustReceive = true;
                relay.OnWatchedSourceReset(this);
            }

            if (relay.HasEnded || IsFinished)
                return;
            _smallWakeUps = mustReceive ? SmallWakeUps : _pipe.Length < _buffers.Size ? _smallWakeUps + 1 : 0;
        }

        if (HasPiped && !Drain())
            return;
        if (_life != Life.Open)
        {
            Finish();
        }
        else
        {
            DropPipe();
            if (_smallWakeUps < SmallWakeUps)
                PollSource();
            else
                LeaveBulk();
        }
    }

    /// <summary>Whether the pipe is empty now; otherwise the destination is waited for, or has failed.</summary>
    private bool Drain()
    {
        var drained = Libc.Splice(_pipe!.ReadEnd, _destinationFd, (nuint)_pipe.Length);
        if (drained > 0)
        {
            relay.OnActivity();
            _pipe.Length -= (int)drained;
            if (_pipe.Length == 0)
                return true;
        }
        else if (drained is not (0 or -Errno.Again or -Errno.Interrupted))
        {
            relay.OnDestinationReset(this);
            return false;
        }

        AwaitRoomToSend();
        return false;
    }

    private void PollSource()
    {
        _intake = Intake.PollingSource;
        worker.Prepare(this, UringOperation.PollSource)->Poll(_sourceFd, PollEvents.In);
    }

    private void DropPipe()
    {
        if (_pipe is null)
            return;
        worker.Pipes.Return(_pipe);
        _pipe = null;
    }
}
