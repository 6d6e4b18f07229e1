using System.Net;
using System.Threading.Channels;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>A transport that relays every connection to one scripted target: the smallest proxy there is.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private static readonly RelayTimeouts NoTimeouts = new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private readonly Channel<RelaySession.Relayed> _relayed = Channel.CreateUnbounded<RelaySession.Relayed>();
    private readonly PeerListener _targets;
    private readonly TransportHost _host;
    private readonly RelayTimeouts _timeouts;
    private readonly RelayKind _kind;

    private RelayHost(RelayKind kind, RelayTimeouts timeouts, TestClock? clock, int? targetReceiveBuffer)
    {
        _timeouts = timeouts;
        _kind = kind;
        _targets = PeerListener.Start(receiveBuffer: targetReceiveBuffer);
        _host = TransportHost.Start(kind.Transport, RelayAsync, clock);
    }

    public IPEndPoint Endpoint => _host.Endpoint;

    public ITransport Transport => _host.Transport;

    public PeerListener Targets => _targets;

    /// <param name="relay">The name of a transport, or of a <see cref="RelayKind"/>.</param>
    /// <param name="timeouts">None by default.</param>
    /// <param name="clock">The machine's by default.</param>
    /// <param name="targetReceiveBuffer">SO_RCVBUF.</param>
    public static RelayHost Start(string relay, RelayTimeouts? timeouts = null, TestClock? clock = null, int? targetReceiveBuffer = null) =>
        new(RelayKind.Find(relay), timeouts ?? NoTimeouts, clock, targetReceiveBuffer);

    /// <summary>Opens a session: both peers connected, the relay started. One call at a time.</summary>
    public async Task<RelaySession> OpenAsync(int? clientReceiveBuffer = null)
    {
        var client = await ConnectAsync(clientReceiveBuffer);
        return new RelaySession(client, await AcceptAsync(), await _relayed.Reader.ReadAsync().Within());
    }

    /// <summary>The client's half of that.</summary>
    public async Task<Peer> ConnectAsync(int? receiveBuffer = null)
    {
        var client = await _host.ConnectAsync(receiveBuffer: receiveBuffer);
        await _kind.BeginClientAsync(client);
        return client;
    }

    /// <summary>The target's half.</summary>
    public async Task<Peer> AcceptAsync()
    {
        var target = await _targets.AcceptAsync();
        await _kind.BeginTargetAsync(target);
        return target;
    }

    public ValueTask StopListeningAsync() => _host.Listener.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        _host.Handler.AssertQuiet();
        await _host.DisposeAsync();
        _targets.Dispose();
    }

    private async ValueTask RelayAsync(Connection client)
    {
        await _kind.AcceptAsync(client);
        var target = (await client.DialAsync(new TcpEndpoint(_targets.Endpoint), Patience.Limit)).Connection!;
        await _kind.ConnectAsync(target);
        var end = new TaskCompletionSource<RelayEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        _relayed.Writer.TryWrite(new(client, target, end.Task));
        var ended = await client.RelayAsync(target, _timeouts);
        client.Transform?.Dispose();
        target.Transform?.Dispose();
        end.SetResult(ended);
    }
}
