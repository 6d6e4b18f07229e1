using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Proxify.Peers;

/// <summary>
/// A scripted client or target: a socket, and perhaps TLS over it, that sends the next bytes of one <see cref="Payload"/> and checks what it receives against
/// another. One flow may send while another receives. Every wait is bounded.
/// </summary>
internal sealed class Peer(Socket socket, Payload outgoing, Payload incoming) : IDisposable
{
    private const int Chunk = 64 * 1024;

    private PeerWire _wire = new PlainWire(socket);
    private long _sent;
    private long _received;

    /// <summary>Bytes that were taken from us so far: by the kernel, or by TLS on the way to it.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Bytes received, and checked, so far.</summary>
    public long Received => Volatile.Read(ref _received);

    public Socket Socket => socket;

    public IPEndPoint Local { get; } = (IPEndPoint)socket.LocalEndPoint!;

    public IPEndPoint Remote { get; } = (IPEndPoint)socket.RemoteEndPoint!;

    /// <summary>
    /// Connects as a client: sends <see cref="Payload.FromClient"/>, expects <paramref name="incoming"/> (default <see cref="Payload.FromTarget"/>).
    /// </summary>
    public static async Task<Peer> ConnectAsync(IPEndPoint endpoint, Payload? incoming = null, int? receiveBuffer = null)
    {
        var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        return await ConnectAsync(socket, endpoint, incoming, receiveBuffer);
    }

    /// <summary>The same with a socket made elsewhere, in another network namespace for example.</summary>
    public static async Task<Peer> ConnectAsync(Socket socket, IPEndPoint endpoint, Payload? incoming = null, int? receiveBuffer = null)
    {
        try
        {
            if (receiveBuffer is { } size)
                socket.ReceiveBufferSize = size;
            await socket.ConnectAsync(endpoint).Within();
            return new Peer(socket, Payload.FromClient, incoming ?? Payload.FromTarget);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends the next <paramref name="count"/> bytes. Bounded by progress, not by total time.</summary>
    public async Task SendAsync(long count, int chunk = Chunk)
    {
        for (var end = _sent + count; _sent < end;)
        {
            var n = await _wire.SendAsync(outgoing.At(_sent, (int)Math.Min(chunk, end - _sent))).Within(what: $"sending byte {_sent}");
            Volatile.Write(ref _sent, _sent + n);
        }
    }

    /// <summary>Sends until the kernel has taken nothing for a while, as against a reader that does not read. Returns <see cref="Sent"/>.</summary>
    public async Task<long> SendUntilBlockedAsync(long limit = 1L << 30)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        for (var progress = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(progress) < Patience.Glance && _sent < limit;)
        {
            var n = _wire.TrySend(outgoing.At(_sent, Chunk), out var error);
            Assert.Equal(SocketError.Success, error);
            if (n == 0)
            {
                await tick.WaitForNextTickAsync();
                continue;
            }

            Volatile.Write(ref _sent, _sent + n);
            progress = Stopwatch.GetTimestamp();
        }

        return _sent;
    }

    /// <summary>Sends zeros without pause until a RST is there.</summary>
    public Task SendUntilClosedAsync() => Patience.Eventually(() =>
    {
        _wire.TrySend(new byte[1], out _);
        return IsClosedByKernel;
    });

    /// <summary>Receives exactly <paramref name="count"/> bytes.</summary>
    public async Task ReceiveAsync(long count, int chunk = Chunk)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(chunk);
        for (var end = _received + count; _received < end;)
        {
            var n = await _wire.ReceiveAsync(buffer.AsMemory(0, (int)Math.Min(chunk, end - _received))).Within(what: $"receiving byte {_received}");
            Assert.True(n > 0, $"FIN after {_received} bytes, {end} were expected");
            Take(buffer.AsSpan(0, n));
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }

    /// <summary>Receives until FIN or RST and says which.</summary>
    public async Task<PeerEnd> ReceiveToEndAsync(int chunk = Chunk)
    {
        while (true)
        {
            if (await ReceiveSomeAsync(chunk) is { } end)
                return end;
        }
    }

    /// <summary>Receives what is there, waiting for at least one byte; null, or the end.</summary>
    public async Task<PeerEnd?> ReceiveSomeAsync(int chunk = Chunk)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(chunk);
        try
        {
            var n = await _wire.ReceiveAsync(buffer.AsMemory(0, chunk)).Within(what: $"receiving byte {_received} or the end");
            Take(buffer.AsSpan(0, n));
            return n > 0 ? null : _wire.HasEndedInOrder ? PeerEnd.Fin : PeerEnd.Cut;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // EPIPE (Shutdown) is what a RST is called after a FIN: tcp_reset() in CLOSE_WAIT.
            return PeerEnd.Reset;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public async Task ExpectFinAsync() => Assert.Equal(PeerEnd.Fin, await ReceiveToEndAsync());

    public async Task ExpectResetAsync() => Assert.Equal(PeerEnd.Reset, await ReceiveToEndAsync());

    /// <summary>Waits for a RST without receiving: for a peer that has already seen FIN, or that must not read.</summary>
    public Task ExpectKernelResetAsync() => Patience.Eventually(() => IsClosedByKernel);

    /// <summary>One byte each way: proves that the session lives.</summary>
    public static async Task PingPongAsync(Peer client, Peer target)
    {
        await client.SendAsync(1);
        await target.ReceiveAsync(1);
        await target.SendAsync(1);
        await client.ReceiveAsync(1);
    }

    /// <summary>Bytes in our kernel's queue that the other side's kernel has not acknowledged.</summary>
    public int Unacknowledged => TcpState.Unacknowledged(socket);

    /// <summary>Whether a RST has ended the connection, seen without receiving.</summary>
    public bool IsClosedByKernel => TcpState.IsClosed(socket);

    /// <summary>Of <see cref="Sent"/>, what the other side's kernel has.</summary>
    public long Acknowledged => _wire.Acknowledged(_sent);

    public Task AllAcknowledgedAsync() => Patience.Eventually(() => Acknowledged == _sent);

    public void Fin() => _wire.Fin();

    /// <summary>From now on all goes through this, which is the peer's from now on.</summary>
    public void Use(PeerWire wire) => _wire = wire;

    /// <summary>Sends RST (SO_LINGER 0).</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        _wire.Dispose();
    }

    public void Dispose() => _wire.Dispose();

    private void Take(ReadOnlySpan<byte> received)
    {
        incoming.Check(_received, received);
        Volatile.Write(ref _received, _received + received.Length);
    }
}
