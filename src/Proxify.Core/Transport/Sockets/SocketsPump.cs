using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Proxify.Transport.Relaying;

namespace Proxify.Transport.Sockets;

/// <summary>One direction of a relay: receives and sends until one of the two fails or the source has ended.</summary>
internal sealed partial class SocketsPump(SocketsRelay relay, RelaySide source, SocketsConnection from, SocketsConnection to, BufferBudget budget)
{
    /// <summary>What a direction holds at most, besides the kernel's own socket buffers.</summary>
    private const int BufferSize = 32 * 1024;

    /// <summary>The same while memory is short. Small enough to wait with for a slow destination, large enough to get on with others.</summary>
    private const int ShortBufferSize = 1024;

    /// <summary>After so many buffers in a row a pump lets others have its thread.</summary>
    private const int BuffersPerTurn = 32;

    /// <summary>The same for its first turn, which may be on the thread that accepts.</summary>
    private const int BuffersAtFirst = 2;

    private readonly ConnectionTransform? _opener = from.Transform;
    private readonly ConnectionTransform? _sealer = to.Transform;
    private volatile Wait _wait;

    private enum Wait
    {
        None,
        Input,
        Room,
        Over,
    }

    public RelaySide Source => source;

    public SocketsConnection From => from;

    public SocketsConnection To => to;

    /// <summary>Whether it has come to its end; when its run ends otherwise, it is suspended.</summary>
    public bool IsOver => _wait == Wait.Over;

    /// <summary>Whether something waits that the pump has not got round to, or it is at work just now.</summary>
    public bool HasWork => _wait == Wait.None || (_wait == Wait.Input && from.HasInput);

    /// <summary>Of either end, and so of both directions.</summary>
    public bool IsTransformed => _opener is not null || _sealer is not null;

    /// <summary>What has been received, opened and sealed lies in a buffer each until it is sent.</summary>
    private int Buffers => 1 + (_opener is null ? 0 : 1) + (_sealer is null ? 0 : 1);

    private int SizeNow => budget.IsSpent ? ShortBufferSize : BufferSize;

    /// <summary>Once, and again after each suspension.</summary>
    public async Task RunAsync()
    {
        if (IsOver)
            return;
        var (failed, error) = await PumpAsync();
        if (error == SocketError.Interrupted)
            return;
        _wait = Wait.Over;
        if (error == SocketError.Success)
            await relay.OnFinAsync(this);
        else if (failed == from)
            await relay.OnReceiveFailedAsync(this);
        else
            await relay.OnSendFailedAsync(this);
    }

    /// <summary>Whose operation failed; nobody's when the source has sent FIN, or <see cref="SocketError.Interrupted"/> the pump.</summary>
    private async Task<(SocketsConnection? Failed, SocketError Error)> PumpAsync()
    {
        if ((from.HasUnread || _opener is not null) && await SendUnreadAsync() is { } over)
            return over;
        var turn = BuffersAtFirst;
        while (!relay.IsSuspending)
        {
            var size = SizeNow;
            var buffer = ArrayPool<byte>.Shared.Rent(size);
            IoResult received;
            try
            {
                do
                {
                    received = from.TryReceive(buffer.AsSpan(0, size));
                    if (received.Error == SocketError.WouldBlock)
                        break;
                    if (received.Error != SocketError.Success)
                        return (from, received.Error);
                    if (received.Bytes == 0)
                        return End();

                    relay.Touch();
                    var sending = IsTransformed ? TransformAsync(buffer.AsMemory(0, received.Bytes)) : to.SendWireAsync(buffer.AsMemory(0, received.Bytes));
                    var sent = await WaitForRoomAsync(sending, size * Buffers);
                    if (sent.Error == SocketError.Interrupted)
                        return PutBack(buffer.AsSpan(sent.Bytes, received.Bytes - sent.Bytes).ToArray());
                    if (sent.Error != SocketError.Success)
                        return (to, sent.Error);
                    relay.Touch();
                    if (_opener is { HasEnded: true } or { IsBroken: true })
                        return End();
                    if (--turn == 0)
                    {
                        turn = BuffersPerTurn;
                        await Task.Yield();
                    }
                }
                while (received.Bytes == size && size == SizeNow && !relay.IsSuspending);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }

            if (received.Bytes == size)
                continue; // only a short receive has emptied the queue
            _wait = Wait.Input;
            var error = await from.WaitForInputAsync();
            _wait = Wait.None;
            if (error != SocketError.Success)
                return (from, error);
        }

        return (null, SocketError.Interrupted);
    }

    /// <summary>What comes first. Null: it is on its way.</summary>
    private async ValueTask<(SocketsConnection? Failed, SocketError Error)?> SendUnreadAsync()
    {
        var unread = from.TakeUnread();
        var sent = await WaitForRoomAsync(SealAsync(unread), BufferSize);
        if (sent.Error == SocketError.Interrupted)
            return PutBack(unread[sent.Bytes..]);
        if (sent.Error != SocketError.Success)
            return (to, sent.Error);
        return _opener is { HasEnded: true } or { IsBroken: true } ? End() : null;
    }

    /// <summary>The pump is interrupted before it has sent all.</summary>
    private (SocketsConnection? Failed, SocketError Error) PutBack(ReadOnlyMemory<byte> unsent)
    {
        from.PutBack(unsent);
        return (null, SocketError.Interrupted);
    }

    /// <summary>Where the destination is slow, what is held for it is counted, and nothing is received meanwhile.</summary>
    private ValueTask<IoResult> WaitForRoomAsync(ValueTask<IoResult> sending, int size) => sending.IsCompleted ? sending : WaitAsync(sending, size);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<IoResult> WaitAsync(ValueTask<IoResult> sending, int size)
    {
        from.WatchForReset();
        using var held = budget.TakeFor(size);
        _wait = Wait.Room;
        var sent = await sending;
        _wait = Wait.None;
        return sent;
    }
}
