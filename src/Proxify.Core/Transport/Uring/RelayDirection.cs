using System.Diagnostics;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// One direction of a relay: a state machine that the kernel's completions drive. Small messages go through shared buffers (this file): a multishot receive
/// fills them, a send empties them, one at a time to keep the order. Bulk goes through a pipe (RelayDirection.Splice.cs).
/// </summary>
internal sealed unsafe partial class RelayDirection(UringWorker worker, UringRelay relay) : UringSlot, IReceiver
{
    /// <summary>
    /// With so many segments waiting for a slow peer receiving stops. What the kernel had under way comes on top: at most <see cref="BuffersPerReceive"/> where
    /// it can be told so, otherwise 32 (its MULTISHOT_MAX_RETRY).
    /// </summary>
    private const int MaxPending = 4;

    /// <summary>A receive asks for this many full buffers, and then has to be asked again.</summary>
    private const int BuffersPerReceive = 4;

    private readonly ReceiveBuffers _buffers = worker.Buffers;
    private readonly uint _receiveLimit = worker.Abilities.LimitsReceives ? (uint)(BuffersPerReceive * worker.Buffers.Size) : 0;
    private UringConnection _source = null!;
    private int _sourceFd;
    private int _destinationFd;
    private int _head;
    private int _tail;
    private int _pending;
    private bool _receivesSpare;
    private bool _isWatching;
    private Intake _intake;
    private Output _output;
    private Life _life;
    private Mode _mode;

    /// <summary>Nothing will be handed to the destination's socket any more: it has all bytes up to the source's end, or wants none.</summary>
    public bool IsFinished => _life is Life.Finished or Life.Discarding;

    private bool IsReceiving => _intake is Intake.Receiving or Intake.Cancelling or Intake.Pausing;

    private bool IsAwaitingRoom => _intake == Intake.AwaitingRoom || _output == Output.AwaitingRoom;

    public bool IsSending => _output == Output.Sending;

    public void Start(UringConnection source, int sourceFd, UringConnection destination, int destinationFd, bool pollFirst)
    {
        _source = source;
        _opener = source.Transform;
        _sealer = destination.Transform;
        _sourceFd = sourceFd;
        _destinationFd = destinationFd;
        _head = _tail = Segment.None;
        _pending = 0;
        _isWatching = false;
        _output = Output.Idle;
        _mode = Mode.Shared;
        _life = Life.Open;
        _fullReceives = 0;
        worker.Slots.Add(this);
        Receive(pollFirst);
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        switch (operation)
        {
            case UringOperation.Receive:
                OnReceived(result, flags);
                break;
            case UringOperation.Send:
                OnSent(result);
                break;
            case UringOperation.PollSource:
                OnPolled();
                break;
            case UringOperation.AwaitRoom:
                OnPolledDestination(result, hasMore: (flags & IoUringCqeBits.More) != IoUringCqeBits.None);
                break;
            case UringOperation.Watch:
                if ((flags & IoUringCqeBits.More) == IoUringCqeBits.None)
                    _isWatching = false;
                OnWatched(result);
                break;
            default:
                throw new UnreachableException($"{operation}");
        }

        if (relay.IsSuspending)
            relay.OnSettled();
    }

    public void OnFed()
    {
        if (_intake != Intake.Starved)
            return;
        _intake = Intake.Idle;
        Continue();
    }

    /// <summary>Nobody will take this direction's bytes any more: drops them, receives no more, and watches the source for its reset.</summary>
    public void Discard()
    {
        _life = Life.Discarding;
        StopAwaitingRoom();
        DropQueue();
        DropPipe();
        CancelReceive(); // and watches when its last completion has come
        WatchSource();
    }

    /// <summary>The relay has ended.</summary>
    public void Stop()
    {
        _opener = _sealer = null;
        if (_intake == Intake.Starved)
            _intake = Intake.Idle;
        StopAwaitingRoom();
        DropQueue();
        DropPipe();
        if (_isWatching)
            worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.Watch);
        worker.Retire(this);
    }

    /// <summary>Makes sure that a reset of the source is noticed while nothing is received from it; poll(2) reports POLLERR unasked.</summary>
    public void WatchSource()
    {
        if (IsReceiving || _intake == Intake.PollingSource || _isWatching || relay.IsSuspending)
            return;
        _isWatching = true;
        worker.Prepare(this, UringOperation.Watch)->PollMultishot(_sourceFd, PollEvents.None);
    }

    private void OnWatched(int result)
    {
        if (relay.HasEnded || result <= 0)
            return;
        if (((PollEvents)result).HasFlag(PollEvents.Error))
            relay.OnWatchedSourceReset(this);
        else
            WatchSource(); // a full completion queue has ended it (io_poll_check_events() in io_uring/poll.c)
    }

    /// <summary>
    /// Asks the kernel once more for what it has. When a send has met the reset first and taken the error off the socket, a multishot receive that was waiting
    /// has been seen, under load, to wait on for ever beside a closed connection. One that begins now returns what is left, and then the end.
    /// </summary>
    public void ReceiveAnew() => CancelReceive(); // Continue() receives again when its last completion has come

    /// <summary>Whether something waits that this direction is ready to take.</summary>
    public bool HasInput => (IsReceiving || _intake == Intake.PollingSource) && !IsFinished && Libc.HasInput(_sourceFd);

    /// <summary>Receives anew if there is something that the waiting receive does not see.</summary>
    public void LookAtSource()
    {
        if (IsReceiving && Libc.HasInput(_sourceFd))
            ReceiveAnew();
    }

    /// <summary>The destination is slow: hands the shared buffers back and keeps the bytes in a block of its own.</summary>
    public void MoveOutOfSharedBuffers()
    {
        // While a send is under way, which is never for long, the kernel reads from the first one.
        if (_output != Output.Sending && !relay.HasEnded)
            MoveOut();
    }

    public override void OnReleased() => relay.OnReleased();

    public override void OnDefect(Exception exception) => relay.OnDefect(exception);

    private void Receive(bool pollFirst)
    {
        _intake = Intake.Receiving;
        _receivesSpare = false;
        worker.Prepare(this, UringOperation.Receive)->RecvMultishot(_sourceFd, ReceiveBuffers.Group, pollFirst, _receiveLimit);
    }

    /// <summary>
    /// At the ceiling a buffer is filled only when the destination is ready for it, so a stalled direction holds none and every other one goes on.
    /// </summary>
    private void ReceiveAgain()
    {
        if (!worker.IsAtCeiling)
        {
            Receive(pollFirst: false);
        }
        else if (_head == Segment.None)
        {
            _intake = Intake.AwaitingRoom;
            AwaitRoom();
        }
        else
        {
            Pause();
        }
    }

    /// <summary>
    /// Receives so little that the destination takes it for sure, or nearly: what it does not take keeps a spare buffer from the others until it is moved out.
    /// </summary>
    private void ReceiveSpare()
    {
        const int Fewest = 512;
        _intake = Intake.Receiving;
        _receivesSpare = true;
        var length = Math.Clamp(Libc.SendRoom(_destinationFd) / 4, Math.Min(Fewest, _buffers.Size), _buffers.Size);
        worker.Prepare(this, UringOperation.Receive)->RecvProvided(_sourceFd, ReceiveBuffers.SpareGroup, (uint)length);
    }

    private void CancelReceive()
    {
        if (_intake != Intake.Receiving)
            return;
        _intake = Intake.Cancelling;
        worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.Receive);
    }

    private void OnReceived(int result, IoUringCqeBits flags)
    {
        if ((flags & IoUringCqeBits.More) == IoUringCqeBits.None)
            _intake = _intake == Intake.Pausing ? Intake.Paused : Intake.Idle;
        if (result > 0)
            OnData(_buffers.IdOf((int)((uint)flags >> 16), _receivesSpare), result);
        else if (relay.HasEnded)
            return;
        else if (result is -Errno.NoBufferSpace)
            Starve();
        else if (result is not (0 or -Errno.Canceled or -Errno.Interrupted or -Errno.Again))
            relay.OnSourceReset(this);
        else if (result == 0 && relay.IsSendingTo(this) && Libc.IsClosed(_sourceFd))
            relay.OnSourceReset(this); // a send to it has met the RST and taken the error; its completion comes after this one
        else if (result == 0 && _life == Life.Open)
            OnFin();
        if (!IsReceiving)
            Continue();
    }

    private void OnData(int id, int length)
    {
        _buffers.Lend(id, length, Index, worker.Now);
        if (relay.HasEnded || _life != Life.Open)
        {
            _buffers.Return(id);
            return;
        }

        relay.OnActivity();
        if (IsTransformed)
        {
            AppendTransformed(id);
            if (_life != Life.Open)
                return;
        }
        else
        {
            _source.CountReceived(length);
            Append(id);
            SendQueued();
        }

        LookForBulk(length);

        if ((_pending >= MaxPending || worker.IsAtCeiling) && _intake is not (Intake.Pausing or Intake.Paused))
            Pause();
    }

    /// <summary>Receives nothing more until the queue is empty.</summary>
    private void Pause()
    {
        CancelReceive();
        _intake = IsReceiving ? Intake.Pausing : Intake.Paused;
        relay.OnPaused();
    }

    private void Starve()
    {
        if (_life == Life.Discarding)
            return;
        worker.Counters.CountStarved();
        _buffers.OfferMore();
        if (_intake == Intake.Paused)
            return; // wants none before its queue is empty
        _intake = Intake.Starved;
        worker.Starved.Add(this);
    }

    /// <summary>Nothing comes from the source any more; what has come is still delivered.</summary>
    public void OnEndOfStream()
    {
        _life = Life.SourceEnded;
        if (_head == Segment.None && !HasPiped)
            Finish();
    }

    /// <summary>Receives on, if that has stopped and nothing is in the way.</summary>
    private void Continue()
    {
        if (relay.IsSuspending)
            return;
        if (_life == Life.Discarding && !relay.HasEnded)
            WatchSource();
        if (_intake is not (Intake.Idle or Intake.Paused) || _output == Output.AwaitingRoom || _life != Life.Open || relay.HasEnded)
            return;
        if (_head != Segment.None && (_intake == Intake.Paused || _mode == Mode.Bulk))
            return;
        _intake = Intake.Idle;

        if (_mode == Mode.Bulk)
            Pump();
        else
            ReceiveAgain();
    }

    private void Finish()
    {
        DropPipe();
        _life = Life.Finished;
        relay.OnFinished(this);
    }
}
