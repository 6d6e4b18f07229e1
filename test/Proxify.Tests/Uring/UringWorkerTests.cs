using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

public sealed class UringWorkerTests
{
    [Fact]
    public async Task Session_that_awaits_something_foreign_comes_back_to_its_worker()
    {
        var foreign = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var threads = new TaskCompletionSource<(int Before, int After)>();
        await using var host = new UringHost(script: async (host, client) =>
        {
            var before = Environment.CurrentManagedThreadId;
            await foreign.Task;
            threads.SetResult((before, Environment.CurrentManagedThreadId));
            await host.RelayAsync(client);
        });
        using var client = await Peer.ConnectAsync(host.Endpoint);

        foreign.SetResult();

        var (before, after) = await threads.Task.Within();
        Assert.Equal(before, after);
        using var target = await host.Targets.AcceptAsync();
        await Peer.PingPongAsync(client, target);
    }

    [Fact]
    public async Task Session_that_has_left_its_worker_may_still_use_its_connections()
    {
        await using var host = new UringHost(script: async (host, client) =>
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Assert.False(host.Worker.IsCurrent);
            var buffer = new byte[1];
            Assert.Equal(1, (await client.ReceiveAsync(buffer).ConfigureAwait(false)).Bytes);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            Assert.Equal(1, (await client.SendAsync(Payload.FromTarget.At(0, 1)).ConfigureAwait(false)).Bytes);
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            client.Close();
        });
        using var client = await Peer.ConnectAsync(host.Endpoint);

        await client.SendAsync(1);

        await client.ReceiveAsync(1);
        await client.ExpectFinAsync();
        await host.ExpectNothingHeldAsync();
        Assert.False(host.Errors.TryPeek(out _));
    }

    [Fact]
    public async Task Posts_from_many_threads_all_run_on_the_worker()
    {
        const int Posts = 10_000;
        await using var host = new UringHost();
        var (ran, elsewhere) = (0, 0);

        Parallel.For(0, Posts, _ => host.Worker.Mailbox.Post(
            _ =>
            {
                ran++;
                elsewhere += host.Worker.IsCurrent ? 0 : 1;
            },
            state: null));

        await host.OnWorkerAsync(static _ => { });
        Assert.Equal((Posts, 0), (ran, elsewhere));
    }

    [Fact]
    public async Task Session_that_forgets_its_connections_leaves_none_open()
    {
        await using var host = new UringHost(script: async (host, client) =>
        {
            await client.DialAsync(new TcpEndpoint(host.Targets.Endpoint), Patience.Limit);
            await client.ReceiveAsync(new byte[1]);
        });
        using var client = await Peer.ConnectAsync(host.Endpoint);
        await client.SendAsync(1);
        using var target = await host.Targets.AcceptAsync();

        await client.ExpectResetAsync();
        await target.ExpectResetAsync();
        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task Dial_that_times_out_leaves_nothing_behind()
    {
        using var blackHole = await PeerListener.StartBlackHoleAsync();
        var clock = new FakeTimeProvider();
        var dialled = new TaskCompletionSource<DialResult>();
        await using var host = new UringHost(clock: clock, script: async (_, client) =>
            dialled.SetResult(await client.DialAsync(new TcpEndpoint(blackHole.Endpoint), TimeSpan.FromSeconds(5))));
        using var client = await Peer.ConnectAsync(host.Endpoint);
        await host.ExpectHeldAsync(static held => held.Timers == 1);

        clock.Advance(TimeSpan.FromSeconds(4.9));
        await host.OnWorkerAsync(static _ => { });
        Assert.False(dialled.Task.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(new DialResult(null, SocketError.TimedOut), await dialled.Task.Within());
        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task Relayed_messages_allocate_nothing()
    {
        await using var host = new UringHost();
        var (client, target) = await host.OpenAsync();
        for (var i = 0; i < 200; i++)
            await Peer.PingPongAsync(client, target);

        var before = await AllocatedAsync(host);
        for (var i = 0; i < 2_000; i++)
            await Peer.PingPongAsync(client, target);
        var allocated = await AllocatedAsync(host) - before;

        // 4,000 messages; what is left is the two questions themselves.
        Assert.InRange(allocated, 0, 1_000);
    }

    [Fact]
    public async Task Every_worker_serves_its_share_of_one_listener()
    {
        const int Workers = 3;
        var threads = new HashSet<int>();
        await using var transport = new UringTransport(TimeProvider.System, new() { Workers = Workers, Buffers = 16 });
        await using var listener = transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), new Handler(async client =>
        {
            lock (threads)
                threads.Add(Environment.CurrentManagedThreadId);
            await client.SendAsync(Payload.FromTarget.At(0, 1));
            client.Close();
        }));

        // Each connection falls to a worker by a hash of its ports: after this many, every one has had some.
        for (var i = 0; i < 200; i++)
        {
            using var client = await Peer.ConnectAsync(listener.Endpoint.ToIPEndPoint());
            await client.ExpectFinAsync();
        }

        Assert.Equal(Workers, threads.Count);
    }

    [Fact]
    public async Task Transport_that_is_disposed_first_ends_its_listeners_and_sessions()
    {
        var transport = new UringTransport(TimeProvider.System, new() { Workers = 2, Buffers = 16 });
        var listener = transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), new Handler(async client => await client.ReceiveAsync(new byte[1])));
        using var client = await Peer.ConnectAsync(listener.Endpoint.ToIPEndPoint());

        await transport.DisposeAsync().AsTask().Within();

        await client.ExpectResetAsync();
        await listener.DisposeAsync().AsTask().Within();
        await transport.DisposeAsync().AsTask().Within();
        Assert.Throws<ObjectDisposedException>(() => transport.Listen(listener.Endpoint, new Handler(_ => default)));
    }

    [Fact]
    public async Task Port_that_another_transport_listens_on_is_refused()
    {
        await using var host = new UringHost();
        await using var second = new UringTransport(TimeProvider.System, new() { Workers = 2, Buffers = 16 });

        var refused = Assert.Throws<ListenException>(() => second.Listen(new TcpEndpoint(host.Endpoint), host));

        Assert.Equal(SocketError.AddressAlreadyInUse, refused.Error);
    }

    private static async Task<long> AllocatedAsync(UringHost host)
    {
        var bytes = 0L;
        await host.OnWorkerAsync(_ => bytes = GC.GetAllocatedBytesForCurrentThread());
        return bytes;
    }

    private sealed class Handler(Func<Connection, ValueTask> script) : IConnectionHandler
    {
        public ValueTask HandleAsync(Connection client) => script(client);

        public void OnAcceptError(IListener listener, SocketError error, TimeSpan? backoff)
        {
        }

        public void OnHandlerError(Connection client, Exception exception)
        {
        }
    }
}
