using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class AbortTests
{
    [Theory, EveryRelay]
    public async Task Abort_during_a_relay_resets_both(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        session.ClientConnection.Abort();

        await session.ExpectResetBothAsync(RelayEnd.Aborted);
        Assert.False(session.TargetConnection.HasEndedFirst);
    }

    [Theory, EveryRelay]
    public async Task Abort_during_a_stalled_relay_resets_both(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await session.Target.SendUntilBlockedAsync();

        session.ClientConnection.Abort();

        await session.ExpectEndAsync(RelayEnd.Aborted);
        await session.Client.ExpectKernelResetAsync();
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task Abort_of_a_half_closed_relay_resets_both(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();

        session.ClientConnection.Abort();

        await session.ExpectEndAsync(RelayEnd.Aborted);
        await session.Client.ExpectResetAsync();
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryRelay]
    public async Task Abort_again_and_after_the_end_is_harmless(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();

        Parallel.For(0, 8, _ => session.ClientConnection.Abort());
        await session.ExpectResetBothAsync(RelayEnd.Aborted);
        session.ClientConnection.Abort();
    }

    [Theory, EveryRelay]
    public async Task Abort_racing_with_the_last_fin_ends_one_way_or_the_other(string relay)
    {
        await using var host = RelayHost.Start(relay);
        for (var i = 0; i < 100; i++)
        {
            using var session = await host.OpenAsync();
            session.Client.Fin();
            await session.Target.ExpectFinAsync();

            var aborting = Task.Run(session.ClientConnection.Abort);
            session.Target.Fin();

            await aborting.Within();
            Assert.True(await session.End is RelayEnd.Done or RelayEnd.Aborted);
        }
    }

    [Theory, EveryRelay]
    public async Task Abort_while_the_last_bytes_of_a_lost_client_wait_ends_at_once_whatever_the_clock_says(string relay)
    {
        const int Last = 256 * 1024;
        await using var host = RelayHost.Start(relay, clock: new TestClock(), targetReceiveBuffer: 16 * 1024);
        using var session = await host.OpenAsync();
        await session.Client.SendAsync(Last);
        await Patience.Eventually(() => session.ClientConnection.BytesReceived == Last);
        session.Client.Reset();
        await Patience.Never(() => session.HasEnded);

        session.ClientConnection.Abort();

        await session.End;
        await session.Target.ExpectKernelResetAsync();
    }

    [Theory, EveryTransport]
    public async Task Abort_during_a_receive_ends_it_and_resets(string transport)
    {
        var accepted = new TaskCompletionSource<Connection>();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            accepted.SetResult(connection);
            return (await connection.ReceiveAsync(new byte[1])).Error;
        }, out var results);
        using var client = await host.ConnectAsync();

        (await accepted.Task.Within()).Abort();

        Assert.Equal(SocketError.OperationAborted, await results.ReadAsync().Within());
        await client.ExpectResetAsync();
    }

    [Theory, EveryTransport]
    public async Task Abort_during_a_blocked_send_ends_it_and_resets(string transport)
    {
        var accepted = new TaskCompletionSource<Connection>();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            accepted.SetResult(connection);
            return (await connection.SendAsync(new byte[64 << 20])).Error;
        }, out var results);
        using var client = await host.ConnectAsync(receiveBuffer: 16 * 1024);
        var connection = await accepted.Task.Within();
        await Patience.Eventually(() => client.Socket.Available > 0);

        connection.Abort();

        Assert.Equal(SocketError.OperationAborted, await results.ReadAsync().Within());
        await client.ExpectKernelResetAsync();
    }

    [Theory, EveryTransport]
    public async Task Abort_during_a_dial_ends_it_and_resets(string transport)
    {
        using var blackHole = await PeerListener.StartBlackHoleAsync();
        var accepted = new TaskCompletionSource<Connection>();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            accepted.SetResult(connection);
            return (await connection.DialAsync(new TcpEndpoint(blackHole.Endpoint), Patience.Limit)).Error;
        }, out var results);
        using var client = await host.ConnectAsync();

        (await accepted.Task.Within()).Abort();

        Assert.Equal(SocketError.OperationAborted, await results.ReadAsync().Within());
        await client.ExpectResetAsync();
    }

    [Theory, EveryTransport]
    public async Task Abort_before_makes_every_later_operation_end_at_once(string transport)
    {
        using var target = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            await connection.ReceiveAsync(new byte[1]);
            var dialled = (await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit)).Connection!;
            connection.Abort();
            var receive = await connection.ReceiveAsync(new byte[1]);
            var send = await connection.SendAsync(new byte[1]);
            var dial = await connection.DialAsync(new TcpEndpoint(target.Endpoint), Patience.Limit);
            var relay = await connection.RelayAsync(dialled, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
            return (receive.Error, send.Error, dial.Error, dial.Connection, relay);
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(1);
        using var accepted = await target.AcceptAsync();

        var result = await results.ReadAsync().Within();

        const SocketError Aborted = SocketError.OperationAborted;
        Assert.Equal((Aborted, Aborted, Aborted, null, RelayEnd.Aborted), result);
        await client.ExpectResetAsync();
        await accepted.ExpectResetAsync();
    }
}
