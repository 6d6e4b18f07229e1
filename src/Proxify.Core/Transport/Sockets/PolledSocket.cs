using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Proxify.Linux;
using Proxify.Transport.Net;

namespace Proxify.Transport.Sockets;

/// <summary>
/// A non-blocking TCP socket: everything is tried at once, and what would have to wait says so. Two flows of control may wait for it, one to receive and one to
/// send. The transport's poller has it from the first wait on; nothing is ever under way in the kernel or in .NET, so it can go to another process at any time.
/// From any thread; once it is closed, everything answers so.
/// </summary>
internal sealed class PolledSocket : SafeHandle
{
    private readonly SocketsTransport _transport;
    private readonly Readiness _input = new();
    private Readiness? _room;
    private ulong _mark;
    private volatile bool _mayCutShort;

    /// <param name="transport">Whose poller it is that tells of it.</param>
    /// <param name="fd">Its own from now on.</param>
    public PolledSocket(SocketsTransport transport, int fd)
        : base(-1, ownsHandle: true)
    {
        _transport = transport;
        SetHandle(fd);
    }

    public override bool IsInvalid => handle < 0;

    /// <summary>Is told all that the poller is told, on its thread; null: nobody.</summary>
    public SocketsConnection? Connection { get; set; }

    public int Descriptor => (int)handle;

    /// <summary>Receives what is there. With an empty buffer nothing: then it says only whether there is something.</summary>
    public IoResult TryReceive(Span<byte> buffer)
    {
        if (!TryHold())
            return new(0, SocketError.OperationAborted);
        var received = Libc.TryReceive(Descriptor, buffer);
        DangerousRelease();
        return ToResult(received);
    }

    /// <summary>Sends what there is room for.</summary>
    public IoResult TrySend(ReadOnlySpan<byte> buffer)
    {
        if (!TryHold())
            return new(0, SocketError.OperationAborted);
        var sent = Libc.TrySend(Descriptor, buffer);
        DangerousRelease();
        return ToResult(sent);
    }

    /// <summary>The kernel's answer, as long as it is not closed.</summary>
    public T Ask<T>(Func<int, T> question, T ifClosed)
    {
        if (!TryHold())
            return ifClosed;
        try
        {
            return question(Descriptor);
        }
        finally
        {
            DangerousRelease();
        }
    }

    public void Set(ReadOnlySpan<SocketOption> options)
    {
        if (!TryHold())
            return;
        TcpOptions.Apply(Descriptor, options);
        DangerousRelease();
    }

    /// <summary>Sends RST, and wakes who waits.</summary>
    public void Disconnect()
    {
        _ = Ask(Libc.Disconnect, ifClosed: 0);
        Wake();
    }

    /// <summary>
    /// Waits until there may be something to receive: bytes, FIN or an error. For those whose last receive has given less than it could. Fails where the kernel
    /// cannot watch it.
    /// </summary>
    public ValueTask<SocketError> WaitForInputAsync()
    {
        // FIN and what comes behind urgent data are told of together with what was received before them, and once.
        if (_input.TryTake() || (_mayCutShort && Ask(Libc.HasInput, ifClosed: true)))
            return default;
        var error = Volatile.Read(ref _mark) != 0 ? SocketError.Success : TryRegister();
        return error == SocketError.Success ? _input.WaitAsync() : new(error);
    }

    /// <summary>The same until there may be room to send, or a connect may have come to its end.</summary>
    public ValueTask<SocketError> WaitForRoomAsync()
    {
        if (Volatile.Read(ref _room) is not { } room)
        {
            lock (_input)
            {
                Volatile.Write(ref _room, room = new Readiness());
                if (_mark != 0)
                    return default; // what has been told before is found by another try
            }
        }

        if (room.TryTake())
            return default;
        var error = Volatile.Read(ref _mark) != 0 ? SocketError.Success : TryRegister();
        return error == SocketError.Success ? room.WaitAsync() : new(error);
    }

    /// <summary>Lets who waits look around.</summary>
    public void Wake()
    {
        _input.Signal();
        Volatile.Read(ref _room)?.Signal();
    }

    /// <summary>The poller tells it from now on. Fails where the kernel cannot.</summary>
    public SocketError TryRegister()
    {
        lock (_input)
        {
            if (IsClosed)
                return SocketError.OperationAborted;
            try
            {
                if (_mark == 0)
                    _mark = _transport.Poller.TryAdd(this) ?? 0;
                return _mark == 0 ? SocketError.NoBufferSpaceAvailable : SocketError.Success;
            }
            catch (Exception e) when (e is IOException or Win32Exception)
            {
                return SocketError.TooManyOpenSockets;
            }
        }
    }

    /// <summary>The poller's call, on its thread.</summary>
    public void OnReady(uint events)
    {
        if ((events & (Epoll.Urgent | Epoll.ReadHangUp | Epoll.Error | Epoll.HangUp)) != 0)
            _mayCutShort = true;
        if (_mayCutShort || (events & Epoll.In) != 0)
            _input.Signal();
        if ((events & (Epoll.Out | Epoll.Error | Epoll.HangUp)) != 0)
            Volatile.Read(ref _room)?.Signal();
        Connection?.OnReady(events);
    }

    /// <summary>Closes the descriptor; the connection lives on in another process.</summary>
    public void Abandon()
    {
        lock (_input)
        {
            if (_mark != 0)
                _transport.Poller.Remove(_mark, this);
            _mark = 0;
        }

        Dispose();
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing)
        {
            base.Dispose(disposing);
            return;
        }

        lock (_input)
        {
            if (_mark != 0)
                _transport.Poller.Forget(_mark);
            base.Dispose(disposing);
        }

        Wake();
    }

    protected override bool ReleaseHandle() => Libc.Close(Descriptor) == 0;

    private bool TryHold()
    {
        if (IsClosed)
            return false;
        var isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            // Closed meanwhile.
        }

        return isHeld;
    }

    private static IoResult ToResult(int result) => result >= 0 ? new(result) : new(0, SocketErrors.FromErrno(-result));
}
