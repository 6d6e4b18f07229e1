using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class RelayDataTests
{
    private const long MiB = 1 << 20;

    /// <summary>Each way; PROXIFY_BULK sets another number of MiB, `make bulk` 1,024.</summary>
    private static readonly long Bulk = MiB * (long.TryParse(Environment.GetEnvironmentVariable("PROXIFY_BULK"), out var mebibytes) ? mebibytes : 32);

    [Theory, EveryRelay]
    public async Task Relay_open_session_carries_bytes_both_ways(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await session.PingPongAsync();
        await session.Client.SendAsync(100_000);
        await session.Target.ReceiveAsync(100_000);
        await session.Target.SendAsync(200_000);
        await session.Client.ReceiveAsync(200_000);
    }

    [Theory, EveryRelay]
    public async Task Relay_target_speaks_first_reaches_a_silent_client(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await session.Target.SendAsync(1);

        await session.Client.ReceiveAsync(1);
    }

    [Theory, EveryRelay]
    public async Task Relay_bulk_both_ways_at_once_arrives_byte_exact(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await Task.WhenAll(
            SendAllAsync(session.Client, Bulk),
            SendAllAsync(session.Target, Bulk),
            session.Client.ExpectFinAsync(),
            session.Target.ExpectFinAsync());

        Assert.Equal(Bulk, session.Client.Received);
        Assert.Equal(Bulk, session.Target.Received);
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    // Out-of-band bytes are left out, as recv(2) leaves them out; all around them arrives.
    [Theory, EveryTransport]
    public async Task Relay_bulk_with_urgent_data_before_the_fin_arrives_whole(string relay)
    {
        await using var host = RelayHost.Start(relay);
        for (var i = 0; i < 10; i++)
        {
            using var session = await host.OpenAsync();
            var (from, to) = i % 2 == 0 ? (session.Client, session.Target) : (session.Target, session.Client);

            var after = i % 3 == 0 ? 0 : 100;
            var sending = SendWithUrgentAsync(from, after);
            // The reader begins when the sender can send no more, or has sent everything.
            await Patience.Eventually(() => sending.IsCompleted || from.Unacknowledged > 0);
            await to.ExpectFinAsync();
            await sending.Within();

            Assert.Equal(3_000_000 + after, to.Received);
            to.Fin();
            await from.ExpectFinAsync();
            await session.ExpectEndAsync(RelayEnd.Done);
        }
    }

    [Theory, EveryRelay]
    public async Task Relay_one_byte_at_a_time_arrives_byte_exact(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await Task.WhenAll(session.Client.SendAsync(2_000, chunk: 1), session.Target.ReceiveAsync(2_000, chunk: 1));
    }

    [Theory, EveryRelay]
    public async Task BytesReceived_after_a_relay_counts_each_side(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        await session.Client.SendAsync(300_000);
        await session.Target.ReceiveAsync(300_000);
        await session.Target.SendAsync(5);
        await session.Client.ReceiveAsync(5);
        Assert.Equal(300_000, session.ClientConnection.BytesReceived);
        Assert.Equal(5, session.TargetConnection.BytesReceived);

        session.Client.Fin();
        session.Target.Fin();
        await session.ExpectEndAsync(RelayEnd.Done);
        Assert.Equal(300_000, session.ClientConnection.BytesReceived);
        Assert.Equal(5, session.TargetConnection.BytesReceived);
    }

    private static async Task SendAllAsync(Peer peer, long count)
    {
        await peer.SendAsync(count);
        peer.Fin();
    }

    private static async Task SendWithUrgentAsync(Peer peer, int after)
    {
        await peer.SendAsync(3_000_000);
        peer.Socket.Send([0], SocketFlags.OutOfBand);
        await peer.SendAsync(after);
        peer.Fin();
    }
}
