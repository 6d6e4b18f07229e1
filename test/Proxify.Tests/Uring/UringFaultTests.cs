using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using Proxify.Peers;
using Proxify.Transport;
using Proxify.Transport.Uring;

namespace Proxify.Tests.Uring;

/// <summary>What happens when the ring's own resources run out: nothing is lost, others go on, all comes back.</summary>
public sealed class UringFaultTests
{
    private const long MiB = 1 << 20;

    [Fact]
    public async Task Buffers_that_run_out_delay_and_lose_nothing()
    {
        await using var host = new UringHost(new() { Buffers = 2, BufferSize = 512, Pipes = 0 });
        var sessions = await OpenAsync(host, 20);

        await Task.WhenAll(sessions.Select(s => ExchangeAsync(s.Client, s.Target, MiB / 4)));

        Assert.NotEqual(0, host.Counters.Starved);
        await CloseAsync(host, sessions);
    }

    [Fact]
    public async Task Full_completion_queue_delays_and_loses_nothing()
    {
        await using var host = new UringHost(new() { SubmissionEntries = 4, CompletionEntries = 8 });
        var sessions = await OpenAsync(host, 50);

        await Task.WhenAll(sessions.Select(s => ExchangeAsync(s.Client, s.Target, MiB / 8)));

        Assert.NotEqual(0, host.Counters.Overflows);
        await CloseAsync(host, sessions);
    }

    [Fact]
    public async Task Full_submission_queue_submits_and_goes_on()
    {
        await using var host = new UringHost(new() { SubmissionEntries = 1, CompletionEntries = 64 });
        var sessions = await OpenAsync(host, 30);

        await Task.WhenAll(sessions.Select(s => ExchangeAsync(s.Client, s.Target, MiB / 8)));

        await CloseAsync(host, sessions);
    }

    [Fact]
    public async Task Short_writes_lose_nothing()
    {
        // A reader with a window of a few hundred bytes: sends are cut, resumed, moved out of the shared buffers.
        await using var host = new UringHost(new() { Pipes = 0 });
        var (client, target) = await host.OpenAsync(clientReceiveBuffer: 1);

        await target.SendUntilBlockedAsync();
        await client.ReceiveAsync(target.Sent, chunk: 100);

        await CloseAsync(host, [(client, target)]);
    }

    [Fact]
    public async Task Stalled_sessions_give_their_shared_buffers_back()
    {
        await using var host = new UringHost(new() { Buffers = 64, Pipes = 0 });
        var stalled = await OpenAsync(host, 20, clientReceiveBuffer: 16 * 1024);
        await Task.WhenAll(stalled.Select(s => s.Target.SendUntilBlockedAsync()));

        await host.ExpectHeldAsync(held => held.LentBuffers == 0 && held.Blocks >= stalled.Count);
        var free = await host.OpenAsync();
        await ExchangeAsync(free.Client, free.Target, 4 * MiB);

        await Task.WhenAll(stalled.Select(s => s.Client.ReceiveAsync(s.Target.Sent)));
        await CloseAsync(host, [.. stalled, free]);
    }

    [Fact]
    public async Task Stalled_session_gives_its_buffer_back_sooner_while_another_has_none()
    {
        var clock = new FakeTimeProvider();
        await using var host = new UringHost(new() { Buffers = 1, BufferSize = 1024, Pipes = 0 }, clock: clock);
        var free = await host.OpenAsync();
        await Peer.PingPongAsync(free.Client, free.Target);
        var stalled = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await stalled.Target.SendUntilBlockedAsync();
        await host.ExpectHeldAsync(static held => held.LentBuffers == 1);
        var starved = host.Counters.Starved;
        await free.Target.SendAsync(1);
        await Patience.Eventually(() => host.Counters.Starved > starved);

        // Far less than a peer may take while nobody else wants its buffers.
        clock.Advance(TimeSpan.FromMilliseconds(24));
        for (var i = 0; i < 4; i++)
            await host.OnWorkerAsync(static _ => { }); // wakes it: whoever has waited for longer is asked first

        await free.Client.ReceiveAsync(1);
        stalled.Client.Reset();
        stalled.Target.Dispose();
    }

    [Fact]
    public async Task One_direction_never_holds_more_shared_buffers_than_its_bound()
    {
        // Linux 6.17 can be told how much one receive may bring in; before that it is the kernel's own 32 (MULTISHOT_MAX_RETRY).
        var most = OperatingSystem.IsLinux() && Environment.OSVersion.Version >= new Version(6, 17) ? 8 : 36;
        await using var host = new UringHost(new() { BufferSize = 1024, Pipes = 0 });
        var (client, target) = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        var sending = target.SendUntilBlockedAsync();

        do
        {
            await host.ExpectHeldAsync(held => held.LentBuffers <= most ? true : throw new InvalidOperationException($"{held.LentBuffers} buffers held"));
        }
        while (!sending.IsCompleted);

        await client.ReceiveAsync(target.Sent);
        await CloseAsync(host, [(client, target)]);
    }

    [Fact]
    public async Task Bulk_goes_through_a_pipe_and_small_messages_do_not()
    {
        await using var host = new UringHost();
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);
        Assert.Equal(0, host.Counters.Splices);

        await ExchangeAsync(client, target, 32 * MiB);
        Assert.NotEqual(0, host.Counters.Splices);

        var splices = host.Counters.Splices;
        for (var i = 0; i < 20; i++)
            await Peer.PingPongAsync(client, target);
        await host.ExpectHeldAsync(held => held.Pipes == 0);
        Assert.Equal(splices, host.Counters.Splices);

        await CloseAsync(host, [(client, target)]);
    }

    [Fact]
    public async Task Bulk_without_a_free_pipe_goes_through_buffers()
    {
        await using var host = new UringHost(new() { Pipes = 1 });
        var sessions = await OpenAsync(host, 4);

        await Task.WhenAll(sessions.Select(s => ExchangeAsync(s.Client, s.Target, 16 * MiB)));

        await CloseAsync(host, sessions);
    }

    [Fact]
    public async Task Stalled_bulk_holds_its_pipe_until_the_peer_reads_or_goes()
    {
        await using var host = new UringHost();
        var (client, target) = await host.OpenAsync(clientReceiveBuffer: 16 * 1024);
        await target.SendUntilBlockedAsync();
        await host.ExpectHeldAsync(held => held is { Pipes: 1, LentBuffers: 0 });

        client.Reset();

        Assert.Equal(RelayEnd.ClientReset, await host.Ends.ReadAsync().Within());
        target.Dispose();
        await host.ExpectNothingHeldAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Reset_that_comes_together_with_data_is_noticed(bool fromClient)
    {
        await using var host = new UringHost();
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);
        var (source, destination) = fromClient ? (client, target) : (target, client);

        // The worker is away while both arrive: they are one wake-up of its multishot receive.
        await host.OnWorkerAsync(_ =>
        {
            Assert.True(source.SendAsync(1).IsCompletedSuccessfully);
            source.Reset();
        });

        await destination.ExpectResetAsync();
        Assert.Equal(fromClient ? RelayEnd.ClientReset : RelayEnd.TargetReset, await host.Ends.ReadAsync().Within());
        if (!fromClient)
            Assert.Equal(2, destination.Received); // what a target sent before its reset is delivered
        destination.Dispose();
        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task Reset_that_comes_together_with_data_while_something_is_being_sent_is_noticed()
    {
        await using var host = new UringHost();
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);

        // What the client sends is about to be handed on: that send meets the reset first and takes the error off the socket.
        await host.FlowOnWorkerAsync(async worker =>
        {
            Assert.True(client.SendAsync(1).IsCompletedSuccessfully);
            while (!worker.Slots.All.ToArray().OfType<RelayDirection>().Any(static direction => direction.InFlight > 1))
                await Task.Yield();
            Assert.True(target.SendAsync(1).IsCompletedSuccessfully);
            target.Reset();
        });

        await client.ExpectResetAsync();
        Assert.Equal(RelayEnd.TargetReset, await host.Ends.ReadAsync().Within());
        Assert.Equal(2, client.Received);
        client.Dispose();
        await host.ExpectNothingHeldAsync();
    }

    [Fact]
    public async Task Fin_that_comes_together_with_data_is_noticed()
    {
        await using var host = new UringHost();
        var (client, target) = await host.OpenAsync();
        await Peer.PingPongAsync(client, target);

        await host.OnWorkerAsync(_ =>
        {
            Assert.True(client.SendAsync(1).IsCompletedSuccessfully);
            client.Fin();
        });

        await target.ExpectFinAsync();
        target.Fin();
        await client.ExpectFinAsync();
        Assert.Equal(RelayEnd.Done, await host.Ends.ReadAsync().Within());
    }

    [Fact]
    public async Task Handler_that_throws_costs_its_session_and_the_worker_lives()
    {
        var calls = 0;
        await using var host = new UringHost(script: async (host, client) =>
        {
            if (++calls > 1)
            {
                await host.RelayAsync(client);
                return;
            }

            await client.ReceiveAsync(new byte[1]);
            throw new InvalidOperationException("a defect");
        });
        using var victim = await Peer.ConnectAsync(host.Endpoint);
        await victim.SendAsync(1);

        await victim.ExpectResetAsync();
        Assert.Equal("a defect", (await host.Errors.ReadAsync().Within()).Message);

        await CloseAsync(host, await OpenAsync(host, 1));
    }

    [Fact]
    public async Task Defect_in_a_state_machine_costs_its_session_and_the_worker_lives()
    {
        await using var host = new UringHost();
        var sessions = await OpenAsync(host, 2);
        await Peer.PingPongAsync(sessions[0].Client, sessions[0].Target);

        // A completion that makes no sense to whom it is addressed.
        await host.OnWorkerAsync(static worker =>
        {
            var direction = worker.Slots.All.ToArray().OfType<RelayDirection>().First();
            unsafe
            {
                worker.Prepare(direction, UringOperation.Accept);
            }
        });

        Assert.IsType<UnreachableException>(await host.Errors.ReadAsync().Within());
        Assert.Equal(RelayEnd.Aborted, await host.Ends.ReadAsync().Within());
        await sessions[0].Client.ExpectResetAsync();
        await sessions[0].Target.ExpectResetAsync();
        await CloseAsync(host, [sessions[1]]);
    }

    private static async Task<List<(Peer Client, Peer Target)>> OpenAsync(UringHost host, int count, int? clientReceiveBuffer = null)
    {
        var sessions = new List<(Peer, Peer)>();
        for (var i = 0; i < count; i++)
            sessions.Add(await host.OpenAsync(clientReceiveBuffer));
        return sessions;
    }

    private static Task ExchangeAsync(Peer client, Peer target, long bytes) =>
        Task.WhenAll(client.SendAsync(bytes), target.ReceiveAsync(bytes), target.SendAsync(bytes), client.ReceiveAsync(bytes));

    /// <summary>FIN both ways; then the worker must hold nothing any more.</summary>
    private static async Task CloseAsync(UringHost host, List<(Peer Client, Peer Target)> sessions)
    {
        foreach (var (client, target) in sessions)
        {
            client.Fin();
            await target.ExpectFinAsync();
            target.Fin();
            await client.ExpectFinAsync();
            Assert.Equal(RelayEnd.Done, await host.Ends.ReadAsync().Within());
            client.Dispose();
            target.Dispose();
        }

        await host.ExpectNothingHeldAsync();
    }
}
