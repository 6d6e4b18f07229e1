using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>
/// A channel on the ring. It receives into the shared buffers, one receive at a time, so that stopping is not asking for the next; and sends all that was
/// written meanwhile at once. Pooled.
/// </summary>
internal sealed unsafe class UringChannel(UringWorker worker) : UringSlot, IChannel, IReceiver, IResumable
{
    /// <summary>For an owner that gathers: as often at the most it is looked whether more has come.</summary>
    private const int MostLooks = 3;

    private UringConnection? _connection;
    private IChannelOwner _owner = null!;
    private int _fd;
    private SendBlock _written;
    private SendBlock _sending;
    private bool _gathers;
    private int _looks;
    private int _seen;
    private bool _isPaused;
    private bool _isReceiving;
    private bool _receivesSpare;
    private bool _isStarved;
    private bool _isFlushing;
    private bool _isSending;
    private bool _isFinishing;
    private bool _hasEnded;
    private bool _isLost;

    public int Unsent => _written.Length + _sending.Left;

    public void Start(UringConnection connection, int fd, IChannelOwner owner)
    {
        _gathers = owner.Gathers;
        _looks = _seen = 0;
        _connection = connection;
        _fd = fd;
        _owner = owner;
        _isPaused = true;
        _isReceiving = _isStarved = _isFlushing = _isSending = _isFinishing = _hasEnded = _isLost = false;
        worker.Slots.Add(this);
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_isLost || _isFinishing || _connection is null)
            return;
        worker.SendMemory.Append(ref _written, bytes);
        FlushSoon();
    }

    public void Resume()
    {
        if (!_isPaused)
            return;
        _isPaused = false;
        if (_connection is { HasUnread: true })
            FlushSoon(); // what was put back comes first, and not out of this call
        else
            Receive(pollFirst: false);
    }

    public void Pause() => _isPaused = true;

    public void Finish()
    {
        _isFinishing = true;
        if (Unsent == 0)
            _connection?.ShutdownSend();
    }

    public void Stop()
    {
        if (_connection is not { } connection)
            return;
        _connection = null;
        connection.OnChannelStopped();
        worker.SendMemory.Return(ref _written);
        if (!_isSending)
            worker.SendMemory.Return(ref _sending);
        worker.Retire(this);
    }

    /// <summary>The connection is aborted.</summary>
    public void Abort() => Lose(SocketError.OperationAborted);

    void IResumable.Resume()
    {
        _isFlushing = false;
        if (_connection is not { } connection)
            return;
        if (!_isPaused && connection.HasUnread)
        {
            if (connection.TakeUnread().Span is { IsEmpty: false } unread)
                _owner.OnReceived(unread);
            Receive(pollFirst: false);
        }

        if (_isSending)
            return;
        if (_gathers && _written.Length > _seen && ++_looks <= MostLooks)
        {
            _seen = _written.Length;
            _isFlushing = true;
            worker.ResumeAfterLook(this);
            return;
        }

        _looks = _seen = 0;
        Send();
    }

    void IReceiver.OnFed()
    {
        if (!_isStarved)
            return;
        _isStarved = false;
        Receive(pollFirst: false);
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        switch (operation)
        {
            case UringOperation.Receive:
                _isReceiving = false;
                OnReceived(result, flags);
                break;
            case UringOperation.Send:
                _isSending = false;
                OnSent(result);
                break;
            default:
                throw new UnreachableException($"{operation}");
        }
    }

    public override void OnReleased()
    {
        worker.SendMemory.Return(ref _sending);
        _owner = null!;
        worker.Channels.Push(this);
    }

    public override void OnDefect(Exception exception)
    {
        var connection = _connection;
        Lose(SocketError.OperationAborted);
        connection?.ReportDefect(exception);
        connection?.Reset();
    }

    private void Receive(bool pollFirst)
    {
        if (_isReceiving || _isStarved || _isPaused || _hasEnded || _isLost || _connection is null)
            return;
        _isReceiving = true;
        _receivesSpare = worker.IsAtCeiling;
        var group = _receivesSpare ? ReceiveBuffers.SpareGroup : ReceiveBuffers.Group;
        worker.Prepare(this, UringOperation.Receive)->RecvProvided(_fd, group, pollFirst: pollFirst);
    }

    private void OnReceived(int result, IoUringCqeBits flags)
    {
        if (result > 0)
        {
            var buffers = worker.Buffers;
            var id = buffers.IdOf((int)((uint)flags >> 16), _receivesSpare);
            buffers.Lend(id, result, Index, worker.Now);
            if (_connection is not null && !_isLost)
                Open(new ReadOnlySpan<byte>(buffers[id].Data, result));
            buffers.Return(id);
            Receive(pollFirst: (flags & IoUringCqeBits.SockNonEmpty) == IoUringCqeBits.None);
        }
        else if (_connection is not { } connection || _isLost)
        {
            return;
        }
        else if (result is -Errno.NoBufferSpace)
        {
            worker.Counters.CountStarved();
            worker.Buffers.OfferMore();
            _isStarved = true;
            worker.Starved.Add(this);
        }
        else if (result is -Errno.Interrupted or -Errno.Again or -Errno.Canceled)
        {
            Receive(pollFirst: true);
        }
        else if (result < 0)
        {
            Lose(SocketErrors.FromErrno(-result));
        }
        else if (connection.Transform is { HasEnded: false } cutOff)
        {
            cutOff.Loss = TransformLoss.Truncated;
            Lose(SocketError.ConnectionReset);
        }
        else
        {
            End();
        }
    }

    private void Open(ReadOnlySpan<byte> wire)
    {
        if (_connection!.Transform is not { } transform)
        {
            _connection.CountReceived(wire.Length);
            _owner.OnReceived(wire);
            return;
        }

        var plain = ArrayPool<byte>.Shared.Rent(transform.OpenBound(wire.Length));
        var length = transform.Open(wire, plain);
        if (length > 0)
        {
            _connection.CountReceived(length);
            _owner.OnReceived(plain.AsSpan(0, length));
        }

        ArrayPool<byte>.Shared.Return(plain, clearArray: true);
        if (transform.HasReply)
            FlushSoon();
        if (transform.IsBroken)
        {
            transform.Loss = TransformLoss.Unreadable;
            Lose(SocketError.ConnectionReset);
        }
        else if (transform.HasEnded)
        {
            End();
        }
    }

    private void FlushSoon()
    {
        if (_isFlushing)
            return;
        _isFlushing = true;
        worker.ResumeSoon(this);
    }

    private void Send()
    {
        if (_isLost || _connection is not { } connection)
            return;
        if (_sending.Left == 0)
        {
            worker.SendMemory.Return(ref _sending);
            if (connection.Transform is { } transform)
                Seal(transform);
            else
                (_sending, _written) = (_written, default);
        }

        if (_sending.Left == 0)
            return;
        _isSending = true;
        worker.Prepare(this, UringOperation.Send)->Send(_fd, _sending.Data + _sending.Sent, (uint)_sending.Left);
    }

    private void Seal(ConnectionTransform transform)
    {
        if (_written.Length == 0 && !transform.HasReply)
            return;
        var wire = worker.SendMemory.Reserve(ref _sending, transform.SealBound(_written.Length));
        _sending.Length = transform.Seal(new ReadOnlySpan<byte>(_written.Data, _written.Length), wire);
        worker.SendMemory.Return(ref _written);
    }

    private void OnSent(int result)
    {
        if (_connection is null || _isLost)
        {
            worker.SendMemory.Return(ref _sending);
            return;
        }

        if (result is < 0 and not (-Errno.Interrupted or -Errno.Again))
        {
            Lose(SocketErrors.FromErrno(-result));
            return;
        }

        _sending.Sent += Math.Max(result, 0);
        if (_sending.Left > 0 || _written.Length > 0)
        {
            Send();
            return;
        }

        worker.SendMemory.Return(ref _sending);
        if (_isFinishing)
            _connection.ShutdownSend();
        _owner.OnSent();
    }

    private void End()
    {
        if (_hasEnded)
            return;
        _hasEnded = true;
        _owner.OnEnded();
    }

    private void Lose(SocketError error)
    {
        if (_isLost || _connection is null)
            return;
        _isLost = true;
        worker.SendMemory.Return(ref _written);
        if (!_isSending)
            worker.SendMemory.Return(ref _sending);
        _owner.OnLost(error);
    }
}
