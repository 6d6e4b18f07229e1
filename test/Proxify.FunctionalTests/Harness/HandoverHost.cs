using System.Threading.Channels;
using Proxify.Linux;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>
/// Two transports that stand for two processes: one relays, and gives its sessions to the other one. As between processes, both have descriptors of the same
/// sockets for a while.
/// </summary>
internal sealed class HandoverHost : IAsyncDisposable
{
    private static readonly RelayTimeouts NoTimeouts = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private readonly Channel<Connection> _relaying = Channel.CreateUnbounded<Connection>();
    private readonly Channel<(ConnectionState Client, ConnectionState Target)> _given = Channel.CreateUnbounded<(ConnectionState, ConnectionState)>();
    private readonly Channel<bool> _interrupted = Channel.CreateUnbounded<bool>();
    private readonly PeerListener _targets;
    private readonly TransportHost _giver;
    private readonly ITransport _taker;
    private volatile bool _gives;

    private HandoverHost(string giver, string taker, int? targetReceiveBuffer)
    {
        _targets = PeerListener.Start(receiveBuffer: targetReceiveBuffer);
        _giver = TransportHost.Start(giver, RelayAsync);
        _taker = EveryTransportAttribute.Find(taker).Create(TimeProvider.System);
    }

    public static HandoverHost Start(string giver, string taker, int? targetReceiveBuffer = null) => new(giver, taker, targetReceiveBuffer);

    /// <summary>Opens a session that the giver relays.</summary>
    public async Task<MovedSession> OpenAsync(int? clientReceiveBuffer = null)
    {
        var client = await _giver.ConnectAsync(receiveBuffer: clientReceiveBuffer);
        return new MovedSession(this, client, await _targets.AcceptAsync(), await _relaying.Reader.ReadAsync().Within());
    }

    public async Task InterruptAsync(Connection client)
    {
        client.SuspendRelay();
        await _interrupted.Reader.ReadAsync().Within();
    }

    public async Task<(ConnectionState Client, ConnectionState Target)> SuspendAsync(Connection client)
    {
        _gives = true;
        client.SuspendRelay();
        return await _given.Reader.ReadAsync().Within();
    }

    /// <summary>Gives the session to the taker, which relays it to its end.</summary>
    public Task<MovedSession.Ended> Adopt(ConnectionState client, ConnectionState target)
    {
        var ended = new TaskCompletionSource<MovedSession.Ended>(TaskCreationOptions.RunContinuationsAsynchronously);
        _taker.Adopt(client, new ScriptedHandler(async adopted =>
        {
            var other = adopted.Adopt(target);
            var end = await adopted.RelayAsync(other, NoTimeouts);
            ended.SetResult(new(end, adopted.BytesReceived, other.BytesReceived));
        }));
        return ended.Task;
    }

    public async ValueTask DisposeAsync()
    {
        _giver.Handler.AssertQuiet();
        await _giver.DisposeAsync();
        await _taker.DisposeAsync();
        _targets.Dispose();
    }

    private async ValueTask RelayAsync(Connection client)
    {
        var target = (await client.DialAsync(new TcpEndpoint(_targets.Endpoint), Patience.Limit)).Connection!;
        _relaying.Writer.TryWrite(client);
        do
        {
            Assert.Equal(RelayEnd.Suspended, await client.RelayAsync(target, NoTimeouts));
            _interrupted.Writer.TryWrite(true);
        }
        while (!_gives);
        var given = (Give(client), Give(target));
        client.Abandon();
        target.Abandon();
        _given.Writer.TryWrite(given);
    }

    private static ConnectionState Give(Connection connection)
    {
        var state = connection.TryDescribe()!.Value;
        return state with { Descriptor = Libc.Duplicate(state.Descriptor) };
    }
}
