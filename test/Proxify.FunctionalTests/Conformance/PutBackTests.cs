using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Bytes that were received and not used, such as those behind a header.</summary>
public sealed class PutBackTests
{
    private static readonly RelayTimeouts NoTimeouts = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    [Theory, EveryTransport]
    public async Task Next_receive_gets_what_was_put_back_and_then_what_the_wire_brings(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var first = await ReceiveAsync(connection, 10);
            connection.PutBack(first.AsMemory(4));
            connection.PutBack(first.AsMemory(2, 2)); // what was put back last comes first
            var uncounted = connection.BytesReceived;
            var again = await ReceiveAsync(connection, 98);
            return ((byte[])[.. first.AsSpan(0, 2), .. again], uncounted, connection.BytesReceived);
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.SendAsync(100);

        var (received, uncounted, counted) = await results.ReadAsync().Within();
        Assert.Equal(Payload.FromClient.At(0, 100).ToArray(), received);
        Assert.Equal((2, 100), (uncounted, counted));
    }

    [Theory, EveryTransport]
    public async Task Relay_gets_what_was_put_back_on_either_side_first(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var target = (await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit)).Connection!;
            connection.PutBack(await ReceiveAsync(connection, 100));
            target.PutBack(await ReceiveAsync(target, 50));
            var end = await connection.RelayAsync(target, NoTimeouts);
            return (end, connection.BytesReceived, target.BytesReceived);
        }, out var results);
        using var client = await host.ConnectAsync(Payload.FromTarget);
        using var target = await targets.AcceptAsync();
        await client.SendAsync(100);
        await target.SendAsync(50);
        await client.ReceiveAsync(50);
        await target.ReceiveAsync(100);

        await Peer.PingPongAsync(client, target);
        client.Fin();
        target.Fin();
        await Task.WhenAll(client.ExpectFinAsync(), target.ExpectFinAsync());

        Assert.Equal((RelayEnd.Done, 101, 51), await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Relay_delivers_what_was_put_back_of_a_client_that_has_ended(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.PutBack(await ReceiveAsync(connection, 100));
            var target = (await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit)).Connection!;
            return await connection.RelayAsync(target, NoTimeouts);
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(100);
        client.Fin();

        using var target = await targets.AcceptAsync();
        await target.ExpectFinAsync();
        target.Fin();

        Assert.Equal(100, target.Received);
        Assert.Equal(RelayEnd.Done, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Transform_that_is_set_meanwhile_opens_what_was_put_back_for_the_next_receive(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.PutBack(await ReceiveAsync(connection, 7));
            connection.Transform = new FramedXor();
            return (await ReceiveAsync(connection, 100), connection.BytesReceived);
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.Socket.SendAsync(Sealed(100));

        var (received, counted) = await results.ReadAsync().Within();
        Assert.Equal(Payload.FromClient.At(0, 100).ToArray(), received);
        Assert.Equal(100, counted);
    }

    [Theory, EveryTransport]
    public async Task Transform_that_is_set_meanwhile_opens_what_was_put_back_for_the_relay(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.PutBack(await ReceiveAsync(connection, 7));
            connection.Transform = new FramedXor();
            var target = (await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit)).Connection!;
            var end = await connection.RelayAsync(target, NoTimeouts);
            return (end, connection.BytesReceived);
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.Socket.SendAsync((byte[])[.. Sealed(100), .. End()]);

        using var target = await targets.AcceptAsync();
        await target.ExpectFinAsync();
        target.Fin();

        Assert.Equal(100, target.Received);
        Assert.Equal((RelayEnd.Done, 100), await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task What_was_opened_and_put_back_is_not_opened_again(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.Transform = new FramedXor();
            connection.PutBack(await ReceiveAsync(connection, 60));
            return (await ReceiveAsync(connection, 100), connection.BytesReceived);
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.Socket.SendAsync(Sealed(100));

        var (received, counted) = await results.ReadAsync().Within();
        Assert.Equal(Payload.FromClient.At(0, 100).ToArray(), received);
        Assert.Equal(100, counted);
    }

    [Theory, EveryTransport]
    public async Task What_was_put_back_and_cannot_be_opened_is_a_reset(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.PutBack(await ReceiveAsync(connection, 2));
            connection.Transform = new FramedXor();
            var target = (await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit)).Connection!;
            return await connection.RelayAsync(target, NoTimeouts);
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.Socket.SendAsync(FramedXor.Garbage.ToArray());

        using var target = await targets.AcceptAsync();
        await target.ExpectResetAsync();

        Assert.Equal(RelayEnd.ClientReset, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Aborted_connection_gives_nothing_of_it(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            connection.PutBack(await ReceiveAsync(connection, 10));
            connection.Abort();
            return (await connection.ReceiveAsync(new byte[10])).Error;
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.SendAsync(10);

        Assert.Equal(SocketError.OperationAborted, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Peer_whose_bytes_were_put_back_has_not_left_without_a_byte(string transport)
    {
        var watcher = new LeaveWatcher(countsEnd: true);
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var first = await ReceiveAsync(connection, 10);
            connection.PutBack(first);
            watcher.Follow(connection);
            connection.WatchPeer();
            return await watcher.ByReset;
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(10);
        client.Fin();
        await client.AllAcknowledgedAsync();

        client.Reset();

        Assert.True(await results.ReadAsync().Within(), "it ended before it reset");
    }

    [Theory, EveryTransport]
    public async Task What_was_said_to_the_proxy_is_forgotten(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var first = await ReceiveAsync(connection, 10);
            connection.PutBack(first.AsMemory(6));
            connection.ForgetReceived();
            await ReceiveAsync(connection, 4);
            return connection.BytesReceived;
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.SendAsync(10);

        Assert.Equal(4, await results.ReadAsync().Within());
    }

    private static async ValueTask<byte[]> ReceiveAsync(Connection connection, int count)
    {
        var all = new byte[count];
        for (var received = 0; received < count;)
        {
            var result = await connection.ReceiveAsync(all.AsMemory(received));
            Assert.Equal(SocketError.Success, result.Error);
            Assert.NotEqual(0, result.Bytes);
            received += result.Bytes;
        }

        return all;
    }

    private static byte[] Sealed(int count)
    {
        var transform = new FramedXor();
        var wire = new byte[transform.SealBound(count)];
        return wire[..transform.Seal(Payload.FromClient.At(0, count).Span, wire)];
    }

    private static byte[] End()
    {
        var wire = new byte[2];
        return wire[..new FramedXor().SealEnd(wire)];
    }
}
