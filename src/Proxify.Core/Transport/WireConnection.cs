using System.Buffers;
using System.Net.Sockets;

namespace Proxify.Transport;

/// <summary>A connection of a transport of ours: sends and receives through its transform where it has one.</summary>
internal abstract class WireConnection : Connection
{
    /// <summary>What is received at once to be opened.</summary>
    private const int WireSize = 16 * 1024;

    private long _bytesReceived;
    private long _firstReceivedAt;
    private ReadOnlyMemory<byte> _unread;
    private bool _isUnreadOpened;
    private int _silenceBefore; // milliseconds; small, for every session has it
    private WireConnection? _lastDialled;
    private WireConnection? _dialledBefore;

    public sealed override long BytesReceived => Volatile.Read(ref _bytesReceived);

    public sealed override long FirstReceivedAt => _bytesReceived > 0 ? _firstReceivedAt : 0;

    public abstract bool IsAborted { get; }

    protected abstract TimeProvider TimeProvider { get; }

    /// <summary>For how long the relay that was interrupted last had been silent, 24 days at the most; null: none was, or it had not.</summary>
    protected TimeSpan? SilenceBefore => _silenceBefore > 0 ? TimeSpan.FromMilliseconds(_silenceBefore) : null;

    /// <summary>Whether there is something that comes before whatever the wire brings.</summary>
    public bool HasUnread => !_unread.IsEmpty;

    /// <summary>By the flow or relay that receives, and by no other.</summary>
    public void CountReceived(long bytes)
    {
        if (_bytesReceived == 0)
            _firstReceivedAt = TimeProvider.GetTimestamp();
        Volatile.Write(ref _bytesReceived, _bytesReceived + bytes);
    }

    public sealed override ValueTask<IoResult> ReceiveAsync(Memory<byte> buffer) =>
        Transform is { } transform ? ReceiveOpenedAsync(transform, buffer)
        : HasUnread && !IsAborted ? new(TakeUnread(buffer))
        : ReceiveWireAsync(buffer);

    public sealed override void PutBack(ReadOnlyMemory<byte> bytes)
    {
        CountReceived(-bytes.Length);
        _unread = HasUnread ? (byte[])[.. bytes.Span, .. _unread.Span] : bytes;
        _isUnreadOpened = Transform is not null;
    }

    internal sealed override ConnectionState? TryDescribe() => Transform is null && TryGetDescriptor() is { } descriptor
        ? new ConnectionState(descriptor, Remote, BytesReceived, FirstReceivedAt, _unread) : null;

    /// <summary>It is one that another process has had until now.</summary>
    public void Restore(in ConnectionState state)
    {
        _bytesReceived = state.BytesReceived;
        _firstReceivedAt = state.FirstReceivedAt;
        _unread = state.Unread;
    }

    /// <summary>The relay is interrupted.</summary>
    public void KeepSilence(TimeSpan silence) => _silenceBefore = (int)Math.Min(silence.TotalMilliseconds, int.MaxValue);

    public sealed override void ForgetReceived() => Volatile.Write(ref _bytesReceived, 0);

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

    /// <summary>As it is aborted itself.</summary>
    protected void AbortDialled()
    {
        for (var dialled = Volatile.Read(ref _lastDialled); dialled is not null; dialled = dialled._dialledBefore)
            dialled.Abort();
    }

    /// <summary>What comes first in a relay: what was put back, and what has been opened and not received.</summary>
    public ReadOnlyMemory<byte> TakeUnread()
    {
        if (Transform is { } transform)
            OpenUnread(transform);
        var unread = _unread;
        _unread = default;
        CountReceived(unread.Length);
        return unread;
    }

    /// <summary>This one has dialled it, and answers for it.</summary>
    protected void Adopt(WireConnection dialled)
    {
        dialled._dialledBefore = _lastDialled;
        Volatile.Write(ref _lastDialled, dialled);
    }

    /// <summary>Null: it is closed, or the transport keeps it.</summary>
    protected virtual int? TryGetDescriptor() => null;

    /// <summary>As <see cref="Connection.ReceiveAsync"/>, of the bytes on the wire; counts them where there is no transform.</summary>
    protected abstract ValueTask<IoResult> ReceiveWireAsync(Memory<byte> buffer);

    /// <summary>As <see cref="Connection.SendAsync"/>, of the bytes on the wire.</summary>
    public abstract ValueTask<IoResult> SendWireAsync(ReadOnlyMemory<byte> buffer);

    /// <summary>Sends FIN.</summary>
    public abstract void ShutdownWire();

    private async ValueTask<IoResult> ReceiveOpenedAsync(ConnectionTransform transform, Memory<byte> buffer)
    {
        OpenUnread(transform);
        while (!HasUnread && !transform.HasEnded)
        {
            if (transform.IsBroken)
                return new(0, SocketError.ConnectionReset);
            var wire = ArrayPool<byte>.Shared.Rent(WireSize);
            try
            {
                var received = await ReceiveWireAsync(wire);
                if (received.Error != SocketError.Success)
                    return received;
                if (received.Bytes == 0)
                    return new(0, SocketError.ConnectionReset);
                Open(transform, wire.AsSpan(0, received.Bytes));
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(wire);
            }
        }

        return TakeUnread(buffer);
    }

    private IoResult TakeUnread(Memory<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, _unread.Length);
        _unread[..taken].CopyTo(buffer);
        _unread = _unread[taken..];
        CountReceived(taken);
        return new(taken);
    }

    /// <summary>What was put back before there was a transform.</summary>
    private void OpenUnread(ConnectionTransform transform)
    {
        if (HasUnread && !_isUnreadOpened)
            Open(transform, _unread.Span);
    }

    private void Open(ConnectionTransform transform, ReadOnlySpan<byte> wire)
    {
        var plain = new byte[transform.OpenBound(wire.Length)];
        _unread = plain.AsMemory(0, transform.Open(wire, plain));
        _isUnreadOpened = true;
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
