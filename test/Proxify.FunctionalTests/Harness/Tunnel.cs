using System.Threading.Channels;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Harness;

/// <summary>
/// Three relays in a row to one scripted target: plain bytes come in and go out, between them they are transformed. The middle one opens and seals.
/// </summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private readonly Channel<RelayEnd> _ends = Channel.CreateUnbounded<RelayEnd>();
    private readonly PeerListener _targets = PeerListener.Start();
    private readonly TransportHost[] _relays;

    private Tunnel(string transport)
    {
        var exit = Relay(transport, new TcpEndpoint(_targets.Endpoint), opens: true, seals: false);
        var middle = Relay(transport, exit.Listener.Endpoint, opens: true, seals: true);
        _relays = [Relay(transport, middle.Listener.Endpoint, opens: false, seals: true), middle, exit];
    }

    public static Tunnel Start(string transport) => new(transport);

    public async Task<(Peer Client, Peer Target)> OpenAsync(int? clientReceiveBuffer = null)
    {
        var client = await _relays[0].ConnectAsync(receiveBuffer: clientReceiveBuffer);
        return (client, await _targets.AcceptAsync());
    }

    public async Task ExpectEndsAsync(RelayEnd expected)
    {
        foreach (var _ in _relays)
            Assert.Equal(expected, await _ends.Reader.ReadAsync().Within());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var relay in _relays)
        {
            relay.Handler.AssertQuiet();
            await relay.DisposeAsync();
        }

        _targets.Dispose();
    }

    private TransportHost Relay(string transport, TcpEndpoint next, bool opens, bool seals) => TransportHost.Start(transport, async client =>
    {
        client.Transform = opens ? new FramedXor() : null;
        var target = (await client.DialAsync(next, Patience.Limit)).Connection!;
        target.Transform = seals ? new FramedXor() : null;
        _ends.Writer.TryWrite(await client.RelayAsync(target, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan)));
    });
}
