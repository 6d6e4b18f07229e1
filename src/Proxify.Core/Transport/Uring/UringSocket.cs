using System.Buffers;
using System.Diagnostics;
using System.Net.Sockets;
using Proxify.Linux;

namespace Proxify.Transport.Uring;

/// <summary>A connected socket's descriptor and what the session itself receives and sends; the relay has slots of its own. Pooled.</summary>
internal sealed unsafe class UringSocket(UringWorker worker) : UringSlot
{
    private MemoryHandle _receivePin;
    private MemoryHandle _sendPin;
    private byte* _sendAt;
    private int _sendLeft;
    private int _sent;
    private bool _isAwaitingRoom;
    private WatchState _watch;

    private enum WatchState : byte
    {
        Off,
        On,

        /// <summary>Told to end; its last completion has not come yet.</summary>
        Ending,
    }

    public int Fd { get; private set; } = -1;

    /// <summary>Whose it is; null once it is closed.</summary>
    public UringConnection? Connection { get; private set; }

    public void Open(int fd, UringConnection connection)
    {
        Fd = fd;
        Connection = connection;
        _watch = WatchState.Off;
        _isAwaitingRoom = false;
        worker.Slots.Add(this);
    }

    public void Receive(Memory<byte> buffer)
    {
        // An empty buffer asks to be told when there is something, as Stream's zero-byte read does.
        if (buffer.IsEmpty)
        {
            worker.Prepare(this, UringOperation.PollSource)->Poll(Fd, PollEvents.In);
            return;
        }

        _receivePin = buffer.Pin();
        worker.Prepare(this, UringOperation.Receive)->Recv(Fd, _receivePin.Pointer, (uint)buffer.Length);
    }

    /// <summary>Waits for the peer's FIN and reset.</summary>
    public void Watch()
    {
        if (_watch != WatchState.Off)
            return;
        _watch = WatchState.On;
        worker.Prepare(this, UringOperation.Watch)->PollMultishot(Fd, PollEvents.ReadHangUp);
    }

    public void Unwatch()
    {
        if (_watch != WatchState.On)
            return;
        _watch = WatchState.Ending;
        worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.Watch);
    }

    public void Send(ReadOnlyMemory<byte> buffer)
    {
        _sendPin = buffer.Pin();
        _sendAt = (byte*)_sendPin.Pointer;
        _sendLeft = buffer.Length;
        _sent = 0;
        SendRest();
    }

    /// <summary>Sends RST, and wakes whatever is under way on the socket, this slot's or another's.</summary>
    public void Disconnect() => _ = Libc.Disconnect(Fd);

    /// <summary>
    /// What is under way would keep the socket open. It is woken by the socket's end rather than cancelled: to cancel something the kernel looks for it among
    /// what all sessions wait for.
    /// </summary>
    public void Close(bool reset)
    {
        Unwatch(); // goes on for ever, whatever becomes of the socket
        if (reset)
            Disconnect();
        else if (InFlight > 0)
            _ = Libc.Shutdown(Fd);
        worker.PrepareUnwatched()->Close(Fd);
        Fd = -1;
        worker.Retire(this);
    }

    /// <summary>Closes the descriptor alone; nothing is received or sent.</summary>
    public void Abandon()
    {
        Unwatch();
        worker.PrepareUnwatched()->Close(Fd);
        Fd = -1;
        worker.Retire(this);
    }

    public override void OnCompleted(UringOperation operation, int result, IoUringCqeBits flags)
    {
        var connection = Connection!;
        switch (operation)
        {
            case UringOperation.PollSource:
                connection.OnReceived(ToResult(Math.Min(result, 0)));
                break;
            case UringOperation.Receive:
                _receivePin.Dispose();
                _receivePin = default;
                if (result > 0 && connection.Transform is null)
                    connection.CountReceived(result);
                connection.OnReceived(ToResult(result));
                break;
            case UringOperation.Send:
                OnSent(result);
                break;
            case UringOperation.AwaitRoom:
                OnPolledRoom(result, hasMore: (flags & IoUringCqeBits.More) != IoUringCqeBits.None);
                break;
            case UringOperation.Watch:
                OnWatched(result, hasMore: (flags & IoUringCqeBits.More) != IoUringCqeBits.None);
                break;
            default:
                throw new UnreachableException($"{operation}");
        }
    }

    public override void OnDefect(Exception exception)
    {
        Connection?.Reset();
        Connection?.ReportDefect(exception);
    }

    public override void OnReleased()
    {
        Connection = null;
        worker.Sockets.Push(this);
    }

    private void SendRest() => worker.Prepare(this, UringOperation.Send)->SendNow(Fd, _sendAt, (uint)_sendLeft);

    private void OnSent(int result)
    {
        if (result > 0)
        {
            _sendAt += result;
            _sendLeft -= result;
            _sent += result;
        }

        if (_sendLeft == 0 || result is < 0 and not (-Errno.Again or -Errno.Interrupted))
            EndSend(ToResult(Math.Min(result, 0)).Error);
        else if (IsRetired || Connection!.IsAborted)
            EndSend(SocketError.OperationAborted);
        else
            AwaitRoom();
    }

    private void EndSend(SocketError error)
    {
        _sendPin.Dispose();
        _sendPin = default;
        Connection!.OnSent(new IoResult(_sent, error));
    }

    private void AwaitRoom()
    {
        _isAwaitingRoom = true;
        worker.Prepare(this, UringOperation.AwaitRoom)->Poll(Fd, PollEvents.Out);
    }

    private void OnPolledRoom(int result, bool hasMore)
    {
        if (!_isAwaitingRoom || result == -Errno.Canceled)
            return;
        if (IsRetired || Connection!.IsAborted)
        {
            _isAwaitingRoom = false;
            EndSend(SocketError.OperationAborted);
        }
        else if (RoomPoll.TellsOfFinOnly(result))
        {
            if (!hasMore)
                worker.Prepare(this, UringOperation.AwaitRoom)->PollMultishot(Fd, PollEvents.Out);
            return;
        }
        else
        {
            _isAwaitingRoom = false;
            SendRest();
        }

        if (hasMore)
            worker.PrepareUnwatched()->Cancel(Tag | (byte)UringOperation.AwaitRoom);
    }

    private void OnWatched(int result, bool hasMore)
    {
        var isWanted = _watch == WatchState.On && !IsRetired;
        if (!hasMore)
            _watch = WatchState.Off;
        if (!isWanted)
            return;
        var byReset = ((PollEvents)Math.Max(result, 0) & (PollEvents.Error | PollEvents.HangUp)) != PollEvents.None;
        // Who has said something and then ended waits for an answer.
        if (byReset || (result > 0 && Connection!.CountsEnd && Libc.UnreadBytes(Fd) == 0))
        {
            Unwatch();
            Connection!.OnPeerLeft(byReset);
        }
        else if (!hasMore && result >= 0)
        {
            Watch();
        }
    }

    private static IoResult ToResult(int result) => result >= 0 ? new(result) : new(0, SocketErrors.FromErrno(-result));
}
