using System.Net;
using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

public sealed class ListenTests
{
    [Theory, EveryTransport]
    public async Task Listen_on_port_0_tells_the_kernels_choice(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo);

        Assert.NotEqual(0, host.Listener.Endpoint.Port);
        Assert.Equal(IPAddress.Loopback, host.Listener.Endpoint.ToIPAddress());
        await EchoesAsync(host.Endpoint);
    }

    [Theory, EveryTransport]
    public async Task Listen_on_the_IPv6_wildcard_takes_both_families(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo, address: IPAddress.IPv6Any);

        await EchoesAsync(new IPEndPoint(IPAddress.Loopback, host.Endpoint.Port));
        await EchoesAsync(new IPEndPoint(IPAddress.IPv6Loopback, host.Endpoint.Port));
    }

    [Theory, EveryTransport]
    public async Task Listen_on_an_IPv6_address_takes_connections_to_it(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo, address: IPAddress.IPv6Loopback);

        await EchoesAsync(host.Endpoint);
    }

    [Theory, EveryTransport]
    public async Task Listen_on_a_taken_port_throws_and_names_it(string transport)
    {
        using var taken = PeerListener.Start();
        await using var host = TransportHost.Start(transport, Echo);

        var error = Assert.Throws<ListenException>(() => host.Transport.Listen(new TcpEndpoint(taken.Endpoint), host.Handler));

        Assert.Equal(new TcpEndpoint(taken.Endpoint), error.Endpoint);
        Assert.Equal(SocketError.AddressAlreadyInUse, error.Error);
        Assert.Contains($"127.0.0.1:{taken.Port}", error.Message);
    }

    [Theory, EveryTransport]
    public async Task Listen_where_another_transport_listens_throws(string transport)
    {
        // SO_REUSEPORT, which a transport may use among its own workers, must not let two proxies share a port unnoticed.
        await using var first = TransportHost.Start(transport, Echo);
        await using var second = TransportHost.Start(transport, Echo);

        var error = Assert.Throws<ListenException>(() => second.Transport.Listen(first.Listener.Endpoint, second.Handler));

        Assert.Equal(SocketError.AddressAlreadyInUse, error.Error);
    }

    [Theory, EveryTransport]
    public async Task Bind_takes_nothing_before_Listen(string transport)
    {
        await using var wide = TransportHost.Start(transport, Echo, address: IPAddress.IPv6Any);
        var taken = new TaskCompletionSource();
        var handler = new ScriptedHandler(connection =>
        {
            taken.TrySetResult();
            return Echo(connection);
        });

        await using var narrow = wide.Transport.Bind(new TcpEndpoint(IPAddress.Loopback, wide.Endpoint.Port), handler, besideOurs: true);
        await using var alone = wide.Transport.Bind(new TcpEndpoint(IPAddress.Loopback, 0), handler);

        await EchoesAsync(narrow.Endpoint.ToIPEndPoint());
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(alone.Endpoint.ToIPEndPoint()));
        Assert.False(taken.Task.IsCompleted);
        narrow.Listen();
        await EchoesAsync(narrow.Endpoint.ToIPEndPoint());
        await taken.Task.Within();
    }

    [Theory, EveryTransport]
    public async Task Listen_where_somebody_listens_since_Bind_throws(string transport)
    {
        // With SO_REUSEADDR two sockets may be bound to one endpoint as long as neither listens.
        await using var host = TransportHost.Start(transport, Echo);
        await using var other = TransportHost.Start(transport, Echo);
        await using var first = host.Transport.Bind(new TcpEndpoint(IPAddress.Loopback, 0), host.Handler);
        await using var second = other.Transport.Bind(first.Endpoint, other.Handler);
        first.Listen();

        var error = Assert.Throws<ListenException>(second.Listen);

        Assert.Equal(SocketError.AddressAlreadyInUse, error.Error);
        Assert.Equal(first.Endpoint, error.Endpoint);
        await EchoesAsync(first.Endpoint.ToIPEndPoint());
    }

    [Theory, EveryTransport]
    public async Task Listen_on_a_port_that_a_dial_has_or_had_works(string transport)
    {
        // The kernel may lend one port to several dials, and those of other tests do not allow it: then another dial has another port.
        const int Tries = 5;
        for (var i = 1; i < Tries; i++)
        {
            try
            {
                await ListenWhereDialledAsync(transport);
                return;
            }
            catch (ListenException e) when (e.Error == SocketError.AddressAlreadyInUse)
            {
            }
        }

        await ListenWhereDialledAsync(transport);
    }

    [Theory, EveryTransport]
    public async Task Dispose_serves_who_waits_already(string transport)
    {
        const int Waiting = 200;
        var isFirst = true;
        var isBusy = new TaskCompletionSource();
        using var release = new ManualResetEventSlim();
        await using var host = TransportHost.Start(transport, connection =>
        {
            if (!Interlocked.Exchange(ref isFirst, false))
                return Echo(connection);
            isBusy.SetResult();
            release.Wait(Patience.Limit);
            return ValueTask.CompletedTask;
        });
        using var first = await host.ConnectAsync();
        await isBusy.Task.Within();
        var clients = await Task.WhenAll(Enumerable.Range(0, Waiting).Select(_ => host.ConnectAsync(incoming: Payload.FromClient)));

        var disposing = Task.Run(() => host.Listener.DisposeAsync().AsTask());
        release.Set();
        await disposing.Within();

        foreach (var client in clients)
        {
            await client.SendAsync(1000);
            await client.ReceiveAsync(1000);
            client.Dispose();
        }
    }

    private static async Task ListenWhereDialledAsync(string transport)
    {
        // At an address where few others are.
        using var targets = PeerListener.Start(IPAddress.IPv6Loopback);
        var dialled = new TaskCompletionSource<TcpEndpoint>();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            var dial = await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit);
            dialled.SetResult(dial.Connection!.Local);
            return await connection.RelayAsync(dial.Connection, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        }, out var ends);
        using var client = await host.ConnectAsync();
        using var target = await targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);

        await host.Transport.Listen(await dialled.Task.Within(), host.Handler).DisposeAsync();
        await Peer.PingPongAsync(client, target);

        // Whoever sends FIN first is left with TIME_WAIT (RFC 9293, 3.6): here the transport, on the target's side.
        client.Fin();
        await target.ExpectFinAsync();
        target.Fin();
        Assert.Equal(RelayEnd.Done, await ends.ReadAsync().Within());
        await host.Transport.Listen(await dialled.Task, host.Handler).DisposeAsync();
    }

    [Theory, EveryTransport]
    public async Task Listen_on_an_address_of_another_machine_throws(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo);

        var error = Assert.Throws<ListenException>(() => host.Transport.Listen(new TcpEndpoint(IPAddress.Parse("192.0.2.1"), 0), host.Handler));

        Assert.Equal(SocketError.AddressNotAvailable, error.Error);
    }

    [Theory, EveryTransport]
    public async Task Listen_again_after_dispose_works_on_the_same_port(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo);
        await EchoesAsync(host.Endpoint);
        await host.Listener.DisposeAsync();

        await using var again = host.Transport.Listen(host.Listener.Endpoint, host.Handler);

        await EchoesAsync(host.Endpoint);
    }

    [Theory, EveryTransport]
    public async Task Dispose_refuses_new_connections_and_leaves_live_ones(string transport)
    {
        await using var host = RelayHost.Start(transport);
        using var session = await host.OpenAsync();
        await session.PingPongAsync();

        await host.StopListeningAsync();

        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(host.Endpoint));
        await session.PingPongAsync();
        session.Client.Fin();
        session.Target.Fin();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryTransport]
    public async Task Dispose_of_one_listener_leaves_the_others(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo);
        var other = host.Transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), host.Handler);
        await EchoesAsync(other.Endpoint.ToIPEndPoint());

        await other.DisposeAsync();

        await EchoesAsync(host.Endpoint);
    }

    [Theory, EveryTransport]
    public async Task Dispose_twice_is_harmless(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo);

        await host.Listener.DisposeAsync();
        await host.Listener.DisposeAsync();
    }

    [Theory, EveryTransport]
    public async Task Connections_in_a_burst_are_all_accepted(string transport)
    {
        await using var host = TransportHost.Start(transport, Echo);

        await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => EchoesAsync(host.Endpoint)));
    }

    private static async ValueTask Echo(Connection connection)
    {
        var buffer = new byte[4096];
        while (await connection.ReceiveAsync(buffer) is { Bytes: > 0 } received)
            await connection.SendAsync(buffer.AsMemory(0, received.Bytes));
        connection.Close();
    }

    private static async Task EchoesAsync(IPEndPoint endpoint)
    {
        using var client = await Peer.ConnectAsync(endpoint, incoming: Payload.FromClient);
        await client.SendAsync(1_000);
        client.Fin();
        await client.ExpectFinAsync();
        Assert.Equal(1_000, client.Received);
    }
}
