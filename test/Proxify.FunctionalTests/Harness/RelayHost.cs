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

    private RelayHost(string transport, RelayTimeouts timeouts, TestClock? clock, int? targetReceiveBuffer)
    {
        _timeouts = timeouts;
        _targets = PeerListener.Start(receiveBuffer: targetReceiveBuffer);
        _host = TransportHost.Start(transport, RelayAsync, clock);
    }

    public IPEndPoint Endpoint => _host.Endpoint;

    public ITransport Transport => _host.Transport;

    public PeerListener Targets => _targets;

    public static RelayHost Start(string transport, RelayTimeouts? timeouts = null, TestClock? clock = null, int? targetReceiveBuffer = null) =>
        new(transport, timeouts ?? NoTimeouts, clock, targetReceiveBuffer);

    /// <summary>Opens a session: both peers connected, the relay started. One call at a time.</summary>
    public async Task<RelaySession> OpenAsync(int? clientReceiveBuffer = null)
    {
        var client = await _host.ConnectAsync(receiveBuffer: clientReceiveBuffer);
        return new RelaySession(client, await _targets.AcceptAsync(), await _relayed.Reader.ReadAsync().Within());
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
        var dialled = await client.DialAsync(new TcpEndpoint(_targets.Endpoint), Patience.Limit);
        var end = new TaskCompletionSource<RelayEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        _relayed.Writer.TryWrite(new(client, dialled.Connection!, end.Task));
        end.SetResult(await client.RelayAsync(dialled.Connection!, _timeouts));
    }
}
