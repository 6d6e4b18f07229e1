using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using Proxify.Linux;
using Proxify.Peers;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>The tiers of accept errors. The kernel is made to report them (IORING_NOP_INJECT_RESULT): a process that is really out of descriptors runs no tests.</summary>
public sealed class UringAcceptorTests
{
    private const uint NopInjectResult = 1;
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
    public async Task Connection_that_is_accepted_while_the_worker_stops_does_not_keep_it()
    {
        await using var host = new UringHost();
        using var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await connected.ConnectAsync(host.Targets.Endpoint);
        var accepted = Libc.Duplicate((int)connected.SafeHandle.DangerousGetHandle());

        var stopped = Task.CompletedTask;
        await CompleteAcceptAsync(host, accepted, worker => stopped = worker.StopAsync());

        await stopped.Within();
    }

    /// <summary>Ends the accept that is under way with an error, as the kernel does.</summary>
    private static Task FailAsync(UringHost host, int errno) => CompleteAcceptAsync(host, -errno);

    private static Task CompleteAcceptAsync(UringHost host, int result, Action<UringWorker>? then = null) => host.OnWorkerAsync(worker =>
    {
        var acceptor = worker.Slots.All.ToArray().OfType<UringAcceptor>().Single();
        unsafe
        {
            var sqe = worker.Prepare(acceptor, UringOperation.Accept);
            sqe->OpFlags = NopInjectResult;
            sqe->Len = (uint)result;
        }

        then?.Invoke(worker);
    });

    private static async Task ServesAsync(UringHost host)
    {
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);
        client.Reset();
        target.Dispose();
        await host.Ends.ReadAsync().Within();
    }
}
