using System.Buffers;
using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>A connection of a transport of ours: sends and receives through its transform where it has one.</summary>
internal abstract class WireConnection : Connection
{
    /// <summary>What is received at once to be opened.</summary>
    private const int WireSize = 16 * 1024;

    private long _bytesReceived;
    private ReadOnlyMemory<byte> _opened;
    private WireConnection? _lastDialled;
    private WireConnection? _dialledBefore;

    public sealed override long BytesReceived => Volatile.Read(ref _bytesReceived);

    /// <summary>By the flow or relay that receives, and by no other.</summary>
    public void CountReceived(long bytes) => Volatile.Write(ref _bytesReceived, _bytesReceived + bytes);

    public sealed override ValueTask<IoResult> ReceiveAsync(Memory<byte> buffer) =>
        Transform is { } transform ? ReceiveOpenedAsync(transform, buffer) : ReceiveWireAsync(buffer);

    public sealed override ValueTask<IoResult> SendAsync(ReadOnlyMemory<byte> buffer) =>
        Transform is { } transform ? SendSealedAsync(transform, buffer) : SendWireAsync(buffer);

    public sealed override void ShutdownSend()
    {
        if (Transform is { } transform)
            _ = EndSealedAsync(transform).AsTask();
        else
            ShutdownWire();
    }

    /// <summary>The session is over: leaves neither this connection nor one that it dialled open.</summary>
    public void End()
    {
        Reset();
        for (var dialled = _lastDialled; dialled is not null; dialled = dialled._dialledBefore)
            dialled.Reset();
    }

    /// <summary>From any thread: aborts this connection and those that it dialled.</summary>
    public void AbortAll()
    {
        Abort();
        for (var dialled = Volatile.Read(ref _lastDialled); dialled is not null; dialled = dialled._dialledBefore)
            dialled.Abort();
    }

    /// <summary>What has been opened and not received: it comes first in a relay.</summary>
    public ReadOnlyMemory<byte> TakeOpened()
    {
        var opened = _opened;
        _opened = default;
        return opened;
    }

    /// <summary>This one has dialled it, and answers for it.</summary>
    protected void Adopt(WireConnection dialled)
    {
        dialled._dialledBefore = _lastDialled;
        Volatile.Write(ref _lastDialled, dialled);
    }

    /// <summary>As <see cref="Connection.ReceiveAsync"/>, of the bytes on the wire; counts them where there is no transform.</summary>
    protected abstract ValueTask<IoResult> ReceiveWireAsync(Memory<byte> buffer);

    /// <summary>As <see cref="Connection.SendAsync"/>, of the bytes on the wire.</summary>
    public abstract ValueTask<IoResult> SendWireAsync(ReadOnlyMemory<byte> buffer);

    /// <summary>Sends FIN.</summary>
    public abstract void ShutdownWire();

    private async ValueTask<IoResult> ReceiveOpenedAsync(ConnectionTransform transform, Memory<byte> buffer)
    {
        while (_opened.IsEmpty && !transform.HasEnded)
        {
            var wire = ArrayPool<byte>.Shared.Rent(WireSize);
            try
            {
                var received = await ReceiveWireAsync(wire);
                if (received.Error != SocketError.Success)
                    return received;
                var plain = new byte[transform.OpenBound(received.Bytes)];
                var length = received.Bytes == 0 ? -1 : transform.Open(wire.AsSpan(0, received.Bytes), plain);
                if (length < 0)
                    return new(0, SocketError.ConnectionReset);
                CountReceived(length);
                _opened = plain.AsMemory(0, length);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(wire);
            }
        }

        var taken = Math.Min(buffer.Length, _opened.Length);
        _opened[..taken].CopyTo(buffer);
        _opened = _opened[taken..];
        return new(taken);
    }

    private async ValueTask<IoResult> SendSealedAsync(ConnectionTransform transform, ReadOnlyMemory<byte> buffer)
    {
        var wire = ArrayPool<byte>.Shared.Rent(transform.SealBound(buffer.Length));
        try
        {
            var length = transform.Seal(buffer.Span, wire);
            var sent = await SendWireAsync(wire.AsMemory(0, length));
            return sent.Error == SocketError.Success ? new(buffer.Length) : new(0, sent.Error);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(wire);
        }
    }

    private async ValueTask EndSealedAsync(ConnectionTransform transform)
    {
        var wire = new byte[transform.SealBound(0)];
        await SendWireAsync(wire.AsMemory(0, transform.SealEnd(wire)));
        ShutdownWire();
    }
}
