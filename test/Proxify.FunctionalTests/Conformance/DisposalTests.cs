using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class DisposalTests
{
    [Theory, EveryRelay]
    public async Task Disposal_aborts_relays_and_waits_for_their_handlers(string relay)
    {
        await using var host = RelayHost.Start(relay);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        await host.Transport.DisposeAsync().AsTask().Within();

        Assert.True(session.HasEnded);
        await session.ExpectResetBothAsync(RelayEnd.Aborted);
    }

    [Theory, EveryTransport]
    public async Task Disposal_aborts_what_a_session_waits_for_at_either_end(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async client =>
        {
            if ((await client.ReceiveAsync(new byte[1])).Error is not SocketError.Success and var error)
                return error;
            var dialled = await client.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit);
            return dialled.Connection is { } target ? (await target.ReceiveAsync(new byte[1])).Error : dialled.Error;
        }, out var results);
        using var inReceive = await host.ConnectAsync();
        using var inTargetsReceive = await host.ConnectAsync();
        await inTargetsReceive.SendAsync(1);
        using var target = await targets.AcceptAsync();

        var disposing = host.Transport.DisposeAsync().AsTask();

        await target.ExpectResetAsync();
        await inTargetsReceive.ExpectResetAsync();
        await inReceive.ExpectResetAsync();
        await disposing.Within();
        for (var i = 0; i < 2; i++)
            Assert.Equal(SocketError.OperationAborted, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Disposal_stops_listening(string transport)
    {
        await using var host = TransportHost.Start(transport, static _ => ValueTask.CompletedTask);

        await host.Transport.DisposeAsync().AsTask().Within();

        var refused = await Assert.ThrowsAnyAsync<SocketException>(() => host.ConnectAsync());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        Assert.Throws<ObjectDisposedException>(() => host.Transport.Bind(TcpEndpoint.EveryAddress(0), host.Handler));
    }

    [Theory, EveryTransport]
    public async Task Disposal_does_not_wait_for_ever_for_a_handler(string transport)
    {
        var clock = new FakeTimeProvider();
        var (entered, leave) = (new TaskCompletionSource(), new TaskCompletionSource());
        var created = EveryTransportAttribute.Find(transport).Create(clock);
        var handler = new ScriptedHandler(async _ =>
        {
            entered.SetResult();
            await leave.Task;
        });
        var listener = created.Listen(new TcpEndpoint(IPAddress.Loopback, 0), handler);
        using var client = await Peer.ConnectAsync(listener.Endpoint.ToIPEndPoint());
        await entered.Task.Within();

        var disposing = created.DisposeAsync().AsTask();
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(disposing.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        await disposing.Within();
        leave.SetResult();
    }

    [Theory, EveryTransport]
    public async Task Handler_that_returns_leaves_nothing_open_that_it_dialled(string transport)
    {
        using var targets = PeerListener.Start();
        await using var host = TransportHost.Start(transport, async client =>
        {
            await client.ReceiveAsync(new byte[1]); // the client knows by then that it is connected, and is reset after that
            for (var i = 0; i < 2; i++)
                await client.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit);
        });
        using var client = await host.ConnectAsync();
        await client.SendAsync(1);

        for (var i = 0; i < 2; i++)
        {
            using var target = await targets.AcceptAsync();
            await target.ExpectResetAsync();
        }
    }
}
