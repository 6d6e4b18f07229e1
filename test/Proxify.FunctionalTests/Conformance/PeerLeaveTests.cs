using System.Net.Sockets;
using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Peers that leave while nobody receives from them: while they wait for something.</summary>
public sealed class PeerLeaveTests
{
    [Theory, EveryTransport]
    public async Task Peer_that_resets_while_it_is_watched_has_left(string transport)
    {
        await using var waiting = new Waiting(transport, new LeaveWatcher());
        using var client = await waiting.ConnectAsync();

        client.Reset();

        Assert.True(await waiting.Watcher.ByReset);
    }

    [Theory, EveryTransport]
    public async Task Peer_that_has_reset_before_it_is_watched_has_left(string transport)
    {
        var watcher = new LeaveWatcher();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            while (!connection.IsReset)
                await Task.Yield();
            watcher.Follow(connection);
            connection.WatchPeer();
            return await watcher.ByReset;
        }, out var results);
        using var client = await host.ConnectAsync();

        client.Reset();

        Assert.True(await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Peer_that_resets_while_a_dial_takes_long_ends_the_dial(string transport)
    {
        using var blackHole = await PeerListener.StartBlackHoleAsync();
        var watcher = new LeaveWatcher();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            watcher.Follow(connection);
            return (await connection.DialAsync(new TcpEndpoint(blackHole.Endpoint), TimeSpan.FromHours(1))).Error;
        }, out var results);
        using var client = await host.ConnectAsync();

        client.Reset();

        Assert.True(await watcher.ByReset);
        Assert.Equal(SocketError.OperationAborted, await results.ReadAsync().Within());
    }

    [Theory, EveryTransport]
    public async Task Peer_that_ends_without_a_byte_has_left_where_that_counts(string transport)
    {
        await using var waiting = new Waiting(transport, new LeaveWatcher(countsEnd: true));
        using var client = await waiting.ConnectAsync();

        client.Fin();

        Assert.False(await waiting.Watcher.ByReset);
    }

    [Theory, EveryTransport]
    public async Task Peer_that_ends_without_a_byte_stays_where_that_does_not_count_until_it_resets(string transport)
    {
        await using var waiting = new Waiting(transport, new LeaveWatcher());
        using var client = await waiting.ConnectAsync();

        client.Fin();
        await Patience.Never(() => waiting.Watcher.HasLeft);
        client.Reset();

        Assert.True(await waiting.Watcher.ByReset);
    }

    [Theory, EveryTransport]
    public async Task Peer_that_has_said_something_and_ended_stays_until_it_resets(string transport)
    {
        await using var waiting = new Waiting(transport, new LeaveWatcher(countsEnd: true));
        using var client = await waiting.ConnectAsync();

        await client.SendAsync(1);
        client.Fin();
        await Patience.Never(() => waiting.Watcher.HasLeft);
        client.Reset();

        Assert.True(await waiting.Watcher.ByReset);
    }

    [Theory, EveryTransport]
    public async Task Relay_after_a_watch_loses_no_byte_and_tells_of_a_reset_by_its_end_alone(string transport)
    {
        using var targets = PeerListener.Start();
        var watcher = new LeaveWatcher();
        await using var host = TransportHost.Start(transport, async connection =>
        {
            watcher.Follow(connection);
            connection.WatchPeer();
            var dialled = await connection.DialAsync(new TcpEndpoint(targets.Endpoint), Patience.Limit);
            return await connection.RelayAsync(dialled.Connection!, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        }, out var results);
        using var client = await host.ConnectAsync();
        await client.SendAsync(100_000);
        using var target = await targets.AcceptAsync();
        await target.ReceiveAsync(100_000);
        await Peer.PingPongAsync(client, target);

        client.Reset();

        await target.ExpectResetAsync();
        Assert.Equal(RelayEnd.ClientReset, await results.ReadAsync().Within());
        Assert.False(watcher.HasLeft);
    }

    /// <summary>A connection that is watched from its accept on, and waits for nothing else.</summary>
    private sealed class Waiting : IAsyncDisposable
    {
        private readonly TaskCompletionSource _isWatched = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TransportHost _host;

        public Waiting(string transport, LeaveWatcher watcher)
        {
            Watcher = watcher;
            _host = TransportHost.Start(transport, async connection =>
            {
                watcher.Follow(connection);
                connection.WatchPeer();
                _isWatched.SetResult();
                await watcher.ByReset;
            });
        }

        public LeaveWatcher Watcher { get; }

        public async Task<Peer> ConnectAsync()
        {
            var client = await _host.ConnectAsync();
            await _isWatched.Task.Within();
            return client;
        }

        public ValueTask DisposeAsync() => _host.DisposeAsync();
    }
}
