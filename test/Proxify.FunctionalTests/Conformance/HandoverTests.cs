using System.Net;
using System.Threading.Channels;
using Proxify.FunctionalTests.Harness;
using Proxify.Linux;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Sessions and listeners go from one transport to another, of the same kind or not, as they do when a process takes another one's place.</summary>
public sealed class HandoverTests
{
    private const int SmallBuffer = 64 * 1024;

    [Theory, EveryHandover]
    public async Task Session_goes_on(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();
        await Peer.PingPongAsync(session.Client, session.Target);

        await session.MoveAsync();

        await Peer.PingPongAsync(session.Client, session.Target);
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        session.Target.Fin();
        await session.Client.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task What_is_said_while_nobody_has_the_session_arrives(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();
        await Peer.PingPongAsync(session.Client, session.Target);
        await session.SuspendAsync();
        await session.Client.SendAsync(1000);
        await session.Target.SendAsync(2000);
        session.Client.Fin();
        session.Target.Fin();

        session.GoOn();

        await session.Target.ExpectFinAsync();
        await session.Client.ExpectFinAsync();
        Assert.Equal((1001, 2001), (session.Target.Received, session.Client.Received));
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Bytes_that_readers_do_not_take_go_along(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker, SmallBuffer);
        using var session = await host.OpenAsync(SmallBuffer);
        await session.Client.SendUntilBlockedAsync();
        await session.Target.SendUntilBlockedAsync();
        // Where a sender waits there is some room, only not enough to be told of it; what is held goes there first.
        await session.InterruptAsync();
        await session.Client.SendUntilBlockedAsync();
        await session.Target.SendUntilBlockedAsync();

        await session.MoveAsync();

        Assert.True(session.HasUnread);

        await session.Target.ReceiveAsync(session.Client.Sent);
        await session.Client.ReceiveAsync(session.Target.Sent);
        session.Client.Fin();
        session.Target.Fin();
        await session.Target.ExpectFinAsync();
        await session.Client.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Bytes_that_flow_all_the_time_go_along(string giver, string taker)
    {
        const int Bytes = 32 << 20;
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();
        var sending = Task.WhenAll(session.Client.SendAsync(Bytes), session.Target.SendAsync(Bytes));
        var receiving = Task.WhenAll(session.Client.ReceiveAsync(Bytes), session.Target.ReceiveAsync(Bytes));
        await Patience.Eventually(() => session.Client.Received > Bytes / 8 && session.Target.Received > Bytes / 8);

        await session.MoveAsync();

        await Task.WhenAll(sending, receiving);
        session.Client.Fin();
        session.Target.Fin();
        await session.Target.ExpectFinAsync();
        await session.Client.ExpectFinAsync();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Half_close_of_the_client_goes_along(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();

        await HalfClosesAsync(session, session.Client, session.Target);

        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Half_close_of_the_target_goes_along(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();

        await HalfClosesAsync(session, session.Target, session.Client);

        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Fin_of_the_target_behind_the_clients_is_no_reset(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();

        await EndsInBetweenAsync(session, session.Client, session.Target);

        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Fin_of_the_client_behind_the_targets_is_no_reset(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();

        await EndsInBetweenAsync(session, session.Target, session.Client);

        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Reset_behind_the_last_bytes_while_nobody_has_the_session_goes_along(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();
        await session.SuspendAsync();
        await session.Client.SendAsync(1000);
        await session.Client.AllAcknowledgedAsync();
        session.Client.Reset();

        session.GoOn();

        await session.Target.ExpectResetAsync();
        Assert.Equal(1000, session.Target.Received);
        await session.ExpectEndAsync(RelayEnd.ClientReset);
    }

    [Theory, EveryHandover]
    public async Task Reset_by_who_has_been_sent_fin_goes_along(string giver, string taker)
    {
        await using var host = HandoverHost.Start(giver, taker);
        using var session = await host.OpenAsync();
        session.Client.Fin();
        await session.Target.ExpectFinAsync();
        await session.SuspendAsync();
        session.Target.Reset();

        session.GoOn();

        await session.Client.ExpectResetAsync();
        await session.ExpectEndAsync(RelayEnd.TargetReset);
    }

    /// <summary>What is in an epoll stays there when its descriptor is closed, as long as another process has the file.</summary>
    [Theory, EveryTransport]
    public async Task Nothing_watches_a_session_that_has_been_given_away(string giver)
    {
        await using var host = HandoverHost.Start(giver, giver);
        using var session = await host.OpenAsync();
        await Peer.PingPongAsync(session.Client, session.Target);

        await session.SuspendAsync();

        Assert.All(session.Given, static descriptor => Assert.False(OwnDescriptors.IsInEpoll(descriptor)));
        session.GoOn();
        session.Client.Fin();
        session.Target.Fin();
        await session.ExpectEndAsync(RelayEnd.Done);
    }

    [Theory, EveryHandover]
    public async Task Listener_goes_on(string giver, string taker)
    {
        await using var from = Transports.Create(giver, TimeProvider.System, workers: 2, out _);
        await using var to = Transports.Create(taker, TimeProvider.System, workers: 2, out _);
        var served = Channel.CreateUnbounded<bool>();
        var listener = from.Listen(new TcpEndpoint(IPAddress.Loopback, 0), Handler(isTaker: false));
        await using var inherited = to.Inherit(listener.Endpoint, [.. listener.Descriptors.Select(Libc.Duplicate)], Handler(isTaker: true));
        Assert.Equal(listener.Endpoint, inherited.Endpoint);

        inherited.Listen();
        await listener.AbandonAsync();

        for (var i = 0; i < 32; i++)
        {
            using var client = await Peer.ConnectAsync(inherited.Endpoint.ToIPEndPoint());
            await client.SendAsync(1);
            Assert.True(await served.Reader.ReadAsync().Within(), "the giver has accepted it");
            await client.ExpectResetAsync();
        }

        ScriptedHandler Handler(bool isTaker) => new(async client =>
        {
            await client.ReceiveAsync(new byte[1]); // the client knows by then that it is connected, and is reset after that
            served.Writer.TryWrite(isTaker);
        });
    }

    [Theory, EveryHandover]
    public async Task Who_waits_at_a_listener_is_left_to_the_taker(string giver, string taker)
    {
        await using var from = Transports.Create(giver, TimeProvider.System, workers: 1, out _);
        await using var to = Transports.Create(taker, TimeProvider.System, workers: 1, out _);
        using var goOn = new ManualResetEventSlim();
        using var isHeld = new SemaphoreSlim(0);
        var served = Channel.CreateUnbounded<TcpEndpoint>();
        var listener = from.Listen(new TcpEndpoint(IPAddress.Loopback, 0), new ScriptedHandler(_ =>
        {
            isHeld.Release();
            Assert.True(goOn.Wait(Patience.Limit)); // who accepts is held here, so who connects next waits
            return ValueTask.CompletedTask;
        }));
        using var holder = await Peer.ConnectAsync(listener.Endpoint.ToIPEndPoint());
        await isHeld.WaitAsync().Within();
        using var waiting = await Peer.ConnectAsync(listener.Endpoint.ToIPEndPoint());
        var descriptors = listener.Descriptors.Select(Libc.Duplicate).ToArray();

        var abandoning = Task.Run(() => listener.AbandonAsync().AsTask());
        await using var inherited = to.Inherit(listener.Endpoint, descriptors, new ScriptedHandler(client =>
        {
            served.Writer.TryWrite(client.Remote);
            return ValueTask.CompletedTask;
        }));
        inherited.Listen();

        Assert.Equal(new TcpEndpoint(waiting.Local), await served.Reader.ReadAsync().Within());
        goOn.Set();
        await abandoning.Within();
    }

    private static async Task HalfClosesAsync(MovedSession session, Peer first, Peer second)
    {
        await first.SendAsync(100_000);
        first.Fin();
        await second.ExpectFinAsync();
        Assert.Equal(100_000, second.Received);

        await session.MoveAsync();

        await second.SendAsync(100_000);
        await first.ReceiveAsync(100_000);
        second.Fin();
        await first.ExpectFinAsync();
    }

    /// <summary>The second one's connection is over by the time that it is adopted, as after a reset.</summary>
    private static async Task EndsInBetweenAsync(MovedSession session, Peer first, Peer second)
    {
        first.Fin();
        await second.ExpectFinAsync();
        await session.SuspendAsync();
        second.Fin();
        await Patience.Eventually(() => second.IsClosedByKernel);

        session.GoOn();

        await first.ExpectFinAsync();
    }
}
