using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Proxify.Linux;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>When connections are accepted, and the tiers of errors. Errors are made up: a process that is really out of descriptors runs no tests.</summary>
public sealed class UringAcceptorTests
{
    private const int ConnectionAborted = 103;

    [Fact]
    public async Task Accept_without_a_descriptor_backs_off_ever_longer_and_then_serves()
    {
        var clock = new FakeTimeProvider();
        await using var host = new UringHost(clock: clock);
        var backoffs = new List<double>();
        for (var i = 0; i < 7; i++)
        {
            await FailAsync(host, Errno.TooManyFiles);
            var (error, backoff) = await host.AcceptErrors.ReadAsync().Within();
            Assert.Equal(SocketError.TooManyOpenSockets, error);
            backoffs.Add(backoff!.Value.TotalMilliseconds);
            clock.Advance(backoff.Value + TimeSpan.FromMilliseconds(2 * TimerWheel.TickMilliseconds));
            await host.ExpectHeldAsync(static held => held.Timers == 0);
        }

        Assert.Equal([50, 100, 200, 400, 800, 1000, 1000], backoffs);
        await ServesAsync(host);
    }

    [Fact]
    public async Task Accept_that_succeeds_makes_the_next_backoff_short_again()
    {
        var clock = new FakeTimeProvider();
        await using var host = new UringHost(clock: clock);
        for (var i = 0; i < 2; i++)
        {
            await FailAsync(host, Errno.TooManyFiles);
            Assert.Equal(TimeSpan.FromMilliseconds(50), (await host.AcceptErrors.ReadAsync().Within()).Backoff);
            clock.Advance(TimeSpan.FromSeconds(1));
            await ServesAsync(host);
        }
    }

    [Fact]
    public async Task Accept_of_a_connection_that_is_gone_already_is_no_event()
    {
        await using var host = new UringHost();

        await FailAsync(host, ConnectionAborted);

        await ServesAsync(host);
        Assert.False(host.AcceptErrors.TryPeek(out _));
    }

    [Fact]
    public async Task Accept_on_a_socket_that_is_of_no_use_any_more_stops()
    {
        await using var host = new UringHost();

        await FailAsync(host, Errno.Invalid);

        Assert.Equal((SocketError.InvalidArgument, null), await host.AcceptErrors.ReadAsync().Within());
    }

    [Fact]
    public async Task Connections_that_come_faster_than_they_are_served_wait_behind_the_sessions_that_are_there()
    {
        const int Flood = 300;
        var order = new List<string>();
        await using var host = new UringHost(script: async (_, client) =>
        {
            order.Add("accepted");
            if ((await client.ReceiveAsync(new byte[1])).Bytes == 1)
                order.Add("served");
        });
        using var behaved = await Peer.ConnectAsync(host.Endpoint);
        await host.ExpectHeldAsync(static held => held.Sessions == 1);
        var flood = new List<Peer>();
        await host.WhileBusyAsync(async () =>
        {
            for (var i = 0; i < Flood; i++)
                flood.Add(await Peer.ConnectAsync(host.Endpoint));
            await behaved.SendAsync(1);
        });

        await host.ExpectHeldAsync(static held => held.Sessions == Flood);

        var before = 0;
        await host.OnWorkerAsync(_ => before = order.IndexOf("served"));
        Assert.InRange(before, 1, Flood / 4);
        flood.ForEach(static peer => peer.Dispose());
    }

    [Fact]
    public async Task Connections_that_wait_when_a_listener_stops_are_served()
    {
        const int Waiting = 5;
        await using var host = new UringHost();
        var clients = new List<Peer>();
        var stopping = Task.CompletedTask;
        await host.WhileBusyAsync(async () =>
        {
            stopping = host.StopListeningAsync();
            for (var i = 0; i < Waiting; i++)
                clients.Add(await Peer.ConnectAsync(host.Endpoint));
        });

        await stopping.Within();

        for (var i = 0; i < Waiting; i++)
            (await host.Targets.AcceptAsync()).Dispose();
        foreach (var client in clients)
        {
            await client.ExpectFinAsync();
            client.Dispose();
        }
    }

    [Fact]
    public async Task Connections_that_come_while_a_listener_stops_are_served()
    {
        const int Late = 5;
        await using var host = new UringHost();
        var clients = new List<Socket>();
        var (stopping, connecting) = (Task.CompletedTask, Task.CompletedTask);
        await host.WhileBusyAsync(() =>
        {
            stopping = host.StopListeningAsync();
            // In the same batch, right behind it: the kernel has not let go of the listening socket yet.
            connecting = host.OnWorkerAsync(_ =>
            {
                for (var i = 0; i < Late; i++)
                {
                    clients.Add(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
                    clients[i].Connect(host.Endpoint);
                }
            });
            return Task.CompletedTask;
        });
        await connecting;

        await stopping.Within();

        for (var i = 0; i < Late; i++)
            (await host.Targets.AcceptAsync()).Dispose();
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public async Task Connections_of_a_batch_are_few_and_the_listeners_take_turns()
    {
        const int Flood = 100;
        var accepted = new List<(long Batch, int Port)>();
        await using var host = new UringHost(script: async (host, client) =>
        {
            accepted.Add((host.Counters.Batches, client.Local.Port));
            await client.ReceiveAsync(new byte[1]);
        });
        await using var other = host.Transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), host);
        var peers = new List<Peer>();
        await host.WhileBusyAsync(async () =>
        {
            for (var i = 0; i < Flood; i++)
                peers.Add(await Peer.ConnectAsync(host.Endpoint));
            for (var i = 0; i < Flood; i++)
                peers.Add(await Peer.ConnectAsync(other.Endpoint.ToIPEndPoint()));
        });

        await host.ExpectHeldAsync(static held => held.Sessions == 2 * Flood);

        var order = new List<(long Batch, int Port)>();
        await host.OnWorkerAsync(_ => order.AddRange(accepted));
        Assert.InRange(order.CountBy(static a => a.Batch).Max(static batch => batch.Value), 2, 32);
        // Of the first half, in which both wait, none has more than its turns.
        Assert.InRange(order.Take(Flood).Count(a => a.Port == other.Endpoint.Port), (Flood / 2) - 8, (Flood / 2) + 8);
        peers.ForEach(static peer => peer.Dispose());
    }

    private static Task FailAsync(UringHost host, int errno) =>
        host.OnWorkerAsync(worker => worker.Slots.All.ToArray().OfType<UringAcceptor>().Single().OnFailed(SocketErrors.FromErrno(errno)));

    private static async Task ServesAsync(UringHost host)
    {
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);
        client.Reset();
        target.Dispose();
        await host.Ends.ReadAsync().Within();
    }
}
