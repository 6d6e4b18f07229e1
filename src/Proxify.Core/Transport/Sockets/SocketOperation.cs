using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks.Sources;

namespace Proxify.Transport.Sockets;

/// <summary>
/// One reusable awaitable socket operation. Unlike the socket's ValueTask methods it reports failure as a code: those throw, and a reset by a peer must not
/// cost a stack trace.
/// </summary>
internal sealed class SocketOperation() : SocketAsyncEventArgs(true /* no ExecutionContext: nothing here reads it */), IValueTaskSource<SocketError>
{
    private ManualResetValueTaskSourceCore<SocketError> _core;

    public ValueTask<SocketError> ConnectAsync(Socket socket, EndPoint remote)
    {
        RemoteEndPoint = remote;
        _core.Reset();
        return Result(socket.ConnectAsync(this));
    }

    /// <summary>With an empty buffer this waits until there is something to receive (data, FIN or RST) and takes nothing.</summary>
    public ValueTask<SocketError> ReceiveAsync(Socket socket, Memory<byte> buffer)
    {
        SetBuffer(buffer);
        _core.Reset();
        return Result(socket.ReceiveAsync(this));
    }

    public ValueTask<SocketError> SendAsync(Socket socket, ReadOnlyMemory<byte> buffer)
    {
        SetBuffer(MemoryMarshal.AsMemory(buffer));
        _core.Reset();
        return Result(socket.SendAsync(this));
    }

    private ValueTask<SocketError> Result(bool pending) => pending ? new(this, _core.Version) : new(SocketError);

    protected override void OnCompleted(SocketAsyncEventArgs e) => _core.SetResult(SocketError);

    SocketError IValueTaskSource<SocketError>.GetResult(short token) => _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<SocketError>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<SocketError>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
