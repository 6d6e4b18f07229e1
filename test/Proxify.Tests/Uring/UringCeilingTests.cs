using System.Net.Sockets;
using Proxify.Linux;
using Proxify.Peers;

namespace Proxify.Tests.Uring;

/// <summary>Sessions that stall, and the memory that they hold. Alone, because there are many.</summary>
[Collection(nameof(UringCeilingTests))]
[CollectionDefinition(nameof(UringCeilingTests), DisableParallelization = true)]
public sealed class UringCeilingTests
{
    private const long MiB = 1 << 20;

    // tcp(7), TCP_MAXSEG.
    private const int IpProtoTcp = 6;
    private const int TcpMaxSeg = 2;

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public async Task Ceiling_holds_for_blocks_and_pipes(int pipes)
    {
        const long Ceiling = MiB / 2;
        await using var host = new UringHost(new() { Buffers = 64, BufferSize = 4096, Pipes = pipes, PipeSize = 65536 });
        host.Transport.BufferLimit = Ceiling;
        var sessions = await StallAsync(host, 50, MiB);

        await host.ExpectHeldAsync(held => held.LentBuffers < 64 && host.Transport.BufferBytes >= Ceiling / 4); // at least a buffer for each
        Assert.True(host.Worker.Budget.Held <= Ceiling);
        var free = await host.OpenAsync();
        await ExchangeAsync(free.Client, free.Target);
        Assert.True(host.Worker.Budget.Held <= Ceiling);

        await Task.WhenAll(sessions.Select(s => s.Client.ReceiveAsync(s.Target.Sent)));

        sessions.ForEach(s => Close(s));
        Close(free);
        await host.ExpectNothingHeldAsync();
        Assert.Equal(0, host.Transport.BufferBytes);
    }

    [Fact]
    public async Task Thousand_stalled_sessions_leave_the_shared_buffers_to_the_others()
    {
        Libc.RaiseOpenFilesLimit();
        await using var host = new UringHost(new() { Buffers = 256 });
        var sessions = await StallAsync(host, 1000, MiB / 2);
        await host.ExpectHeldAsync(held => held.LentBuffers == 0 && held.Blocks + held.Pipes >= 900);

        var free = await host.OpenAsync();
        await ExchangeAsync(free.Client, free.Target);
        for (var i = 0; i < 100; i++)
            await Peer.PingPongAsync(free.Client, free.Target);

        await Task.WhenAll(sessions.Select(s => s.Client.ReceiveAsync(s.Target.Sent)));
        sessions.ForEach(s => Close(s));
        Close(free);
        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task Shared_buffers_in_use_are_never_more_than_can_move_out_of_them()
    {
        const int Sessions = 40;
        const int Size = 4096;
        await using var host = new UringHost(new() { Buffers = 64, BufferSize = Size, Pipes = 0 });
        host.Transport.BufferLimit = 32 * Size;
        var sessions = new List<(Peer Client, Peer Target)>();
        for (var i = 0; i < Sessions; i++)
            sessions.Add(await host.OpenAsync());
        // What the kernel was offered before there was a limit is used up.
        for (var i = 0; i < 64; i++)
            await Peer.PingPongAsync(sessions[0].Client, sessions[0].Target);
        var (batches, most, room) = (0, 0, long.MaxValue);

        // All that the targets send meets the worker in one batch.
        await host.WhileBusyAsync(async () =>
        {
            foreach (var (_, target) in sessions)
                await target.SendAsync(4 * Size);
            host.Worker.Mailbox.Post(Look, state: null);
        });
        foreach (var (client, _) in sessions)
            await client.ReceiveAsync(4 * Size);

        await host.OnWorkerAsync(_ => Assert.True(batches > 0));
        Assert.InRange(most, 1, 16);
        Assert.True(room >= most * Size);
        sessions.ForEach(s => Close(s));

        void Look(object? state)
        {
            (batches, most, room) = (batches + 1, Math.Max(most, host.Worker.Buffers.Lent), Math.Min(room, host.Worker.Budget.Room));
            if (batches < 10_000)
                host.Worker.Mailbox.Post(Look, state: null);
        }
    }

    [Fact]
    public async Task What_is_kept_for_shared_buffers_is_out_of_reach_for_pipes()
    {
        await using var host = new UringHost(new() { Buffers = 64, BufferSize = 4096, PipeSize = 65536 });
        host.Transport.BufferLimit = 2 * MiB;
        host.Worker.Budget.Take(host.Transport.BufferLimit - host.Worker.Budget.Reserve);

        await host.OnWorkerAsync(static worker =>
        {
            Assert.Equal(64 * 4096, worker.Budget.Reserve);
            Assert.False(worker.Pipes.HasFree);
            Assert.Null(worker.Pipes.TryRent());
            Assert.True(worker.IsAtCeiling);
        });
    }

    private static async Task<List<(Peer Client, Peer Target)>> StallAsync(UringHost host, int count, long limit)
    {
        var sessions = new List<(Peer Client, Peer Target)>();
        for (var i = 0; i < count; i++)
        {
            // Over loopback with its segments of 64 KiB the proxy's kernel would take megabytes for each before anything stalls.
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            client.SetRawSocketOption(IpProtoTcp, TcpMaxSeg, BitConverter.GetBytes(1460));
            sessions.Add((await Peer.ConnectAsync(client, host.Endpoint, receiveBuffer: 4096), await host.Targets.AcceptAsync()));
        }

        await Task.WhenAll(sessions.Select(s => s.Target.SendUntilBlockedAsync(limit)));
        return sessions;
    }

    private static Task ExchangeAsync(Peer client, Peer target) =>
        Task.WhenAll(client.SendAsync(4 * MiB), target.ReceiveAsync(4 * MiB), target.SendAsync(4 * MiB), client.ReceiveAsync(4 * MiB));

    private static void Close((Peer Client, Peer Target) session)
    {
        session.Client.Reset();
        session.Target.Dispose();
    }
}
