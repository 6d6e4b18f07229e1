using System.Net;
using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class ConnectionTests
{
    private const int SolSocket = 1;
    private const int SoKeepAlive = 9;
    private const int IpProtoTcp = 6;
    private const int TcpNoDelay = 1;

    [Theory, EveryTransport]
    public async Task Endpoints_of_an_accepted_connection_are_the_clients_view_reversed(string transport)
    {
        await using var host = TransportHost.Start(transport, EndpointsAsync, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(1);

        var (local, remote) = await results.ReadAsync().Within();

        Assert.Equal(new TcpEndpoint(client.Remote), local);
        Assert.Equal(new TcpEndpoint(client.Local), remote);
    }

    [Theory, EveryTransport]
    public async Task Endpoints_of_an_IPv4_client_on_a_dual_stack_listener_are_IPv4(string transport)
    {
        var seen = new TaskCompletionSource<(TcpEndpoint Local, TcpEndpoint Remote)>();
        await using var host = TransportHost.Start(transport, async connection => seen.SetResult(await EndpointsAsync(connection)), address: IPAddress.IPv6Any);
        using var client = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Endpoint.Port));
        await client.SendAsync(1);

        var (local, remote) = await seen.Task.Within();

        Assert.True(local.IsIPv4);
        Assert.Equal($"127.0.0.1:{host.Endpoint.Port}", local.ToString());
        Assert.Equal(new TcpEndpoint(client.Local), remote);
    }

    [Theory, EveryTransport]
    public async Task IsReset_tells_of_a_reset_without_receiving_and_not_of_FIN(string transport)
    {
        var (afterFin, afterReset) = (new TaskCompletionSource<bool>(), new TaskCompletionSource());
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]);
            afterFin.SetResult(connection.IsReset);
            while (!connection.IsReset)
                await Task.Yield();
            afterReset.SetResult();
        });
        using var client = await host.ConnectAsync();

        client.Fin();
        Assert.False(await afterFin.Task.Within());
        client.Reset();

        await afterReset.Task.Within();
    }

    [Theory, EveryTransport]
    public async Task Options_nodelay_and_keepalive_are_on_both_sides(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        foreach (var connection in new[] { session.ClientConnection, session.TargetConnection })
        {
            Assert.NotEqual(0, OwnDescriptors.GetOption(connection, IpProtoTcp, TcpNoDelay));
            Assert.NotEqual(0, OwnDescriptors.GetOption(connection, SolSocket, SoKeepAlive));
        }
    }

    [Theory, EveryTransport]
    public async Task Options_of_liveness_begin_as_the_default_says(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        AssertLiveness(session, keepAlive: 1, idle: 60, interval: 15, unacknowledged: 300_000);
    }

    [Theory, EveryTransport]
    public async Task Options_of_liveness_are_the_relays_on_both_sides(string transport)
    {
        var liveness = new PeerLiveness(TimeSpan.FromSeconds(7), TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(20_500));
        await using var host = RelayHost.Start(transport, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, liveness));
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        AssertLiveness(session, keepAlive: 1, idle: 7, interval: 3, unacknowledged: 20_500);
    }

    [Theory, EveryTransport]
    public async Task Options_of_liveness_may_be_off(string transport)
    {
        var liveness = new PeerLiveness(Timeout.InfiniteTimeSpan, TimeSpan.FromSeconds(3), Timeout.InfiniteTimeSpan);
        await using var host = RelayHost.Start(transport, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, liveness));
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        AssertLiveness(session, keepAlive: 0, idle: 60, interval: 3, unacknowledged: 0);
    }

    [Theory, EveryTransport]
    public async Task Peer_that_acknowledges_nothing_for_Unacknowledged_counts_as_reset(string transport)
    {
        var liveness = PeerLiveness.Default with { Unacknowledged = TimeSpan.FromSeconds(1) };
        await using var host = RelayHost.Start(transport, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan, liveness));
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);

        await session.Target.SendUntilBlockedAsync();

        await session.ExpectEndAsync(RelayEnd.ClientReset);
        await session.Target.ExpectResetAsync();
    }

    [Theory, EveryTransport]
    public async Task Receive_gives_what_is_there_then_zero_at_fin(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var buffer = new byte[1_000];
            var total = 0;
            while (await connection.ReceiveAsync(buffer) is { Bytes: > 0 } received)
            {
                Payload.FromClient.Check(total, buffer.AsSpan(0, received.Bytes));
                total += received.Bytes;
            }

            var end = await connection.ReceiveAsync(buffer);
            return (total, end, connection.BytesReceived);
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.SendAsync(5_000);
        client.Fin();

        Assert.Equal((5_000, new IoResult(0), 5_000), await results.ReadAsync().Within());
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Receive_after_the_peers_reset_is_ConnectionReset(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection => await connection.ReceiveAsync(new byte[1]), out var results);
        using var client = await host.ConnectAsync();

        client.Reset();

        Assert.Equal(new IoResult(0, SocketError.ConnectionReset), await results.ReadAsync().Within());
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Send_after_the_peers_reset_is_ConnectionReset(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            IoResult result;
            do
            {
                result = await connection.SendAsync(new byte[1_000]);
            }
            while (result.Error == SocketError.Success);
            return result.Error;
        }, out var results);
        using var client = await host.ConnectAsync();
        await Patience.Eventually(() => client.Socket.Available > 0);

        client.Reset();

        Assert.Equal(SocketError.ConnectionReset, await results.ReadAsync().Within());
        host.Handler.AssertQuiet();
    }

    [Theory, EveryTransport]
    public async Task Send_larger_than_every_buffer_sends_all(string transport)
    {
        const int Size = 24 << 20;
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var sent = 0;
            while (sent < Size)
                sent += (await connection.SendAsync(Payload.FromTarget.At(sent, 1 << 20))).Bytes;
            connection.Close();
            return sent;
        }, out var results);
        using var client = await host.ConnectAsync(receiveBuffer: 16 * 1024);

        await client.ExpectFinAsync();

        Assert.Equal(Size, client.Received);
        Assert.Equal(Size, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task ShutdownSend_sends_fin_and_receiving_goes_on(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.SendAsync(Payload.FromTarget.At(0, 10));
            connection.ShutdownSend();
            return await connection.ReceiveAsync(new byte[1]);
        }, out var results);
        using var client = await host.ConnectAsync();

        await client.ExpectFinAsync();
        Assert.Equal(10, client.Received);
        await client.SendAsync(1);

        Assert.Equal(new IoResult(1), await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Close_sends_fin_behind_the_data(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.SendAsync(Payload.FromTarget.At(0, 100_000));
            connection.Close();
        });
        using var client = await host.ConnectAsync();

        await client.ExpectFinAsync();

        Assert.Equal(100_000, client.Received);
    }

    [Theory, EveryTransport]
    public async Task Reset_sends_rst(string transport)
    {
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]);
            connection.Reset();
        });
        using var client = await host.ConnectAsync();

        await client.SendAsync(1);

        await client.ExpectResetAsync();
    }

    private static async ValueTask<(TcpEndpoint Local, TcpEndpoint Remote)> EndpointsAsync(Connection connection)
    {
        await connection.ReceiveAsync(new byte[1]);
        return (connection.Local, connection.Remote);
    }

    private static void AssertLiveness(RelaySession session, int keepAlive, int idle, int interval, int unacknowledged)
    {
        // tcp(7), linux/tcp.h
        const int TcpKeepIdle = 4, TcpKeepInterval = 5, TcpUserTimeout = 18;
        foreach (var connection in new[] { session.ClientConnection, session.TargetConnection })
        {
            Assert.Equal(keepAlive, OwnDescriptors.GetOption(connection, SolSocket, SoKeepAlive));
            Assert.Equal(idle, OwnDescriptors.GetOption(connection, IpProtoTcp, TcpKeepIdle));
            Assert.Equal(interval, OwnDescriptors.GetOption(connection, IpProtoTcp, TcpKeepInterval));
            Assert.Equal(unacknowledged, OwnDescriptors.GetOption(connection, IpProtoTcp, TcpUserTimeout));
        }
    }
}
