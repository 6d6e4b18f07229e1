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

        await host.ExpectHeldAsync(held => held.LentBuffers < 64 && host.Transport.BufferBytes >= Ceiling * 3 / 4);
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
