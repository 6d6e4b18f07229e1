using System.Threading.Channels;
using Proxify.Transport;
using Proxify.Transport.Tls;

namespace Proxify.FunctionalTests.Harness;

/// <summary>
/// Three relays in a row to one scripted target: plain bytes come in and go out, between them they are transformed. The middle one opens and seals.
/// </summary>
internal sealed class Tunnel : IAsyncDisposable
{
    private const string Framed = "framed";

    private readonly Channel<RelayEnd> _ends = Channel.CreateUnbounded<RelayEnd>();
    private readonly PeerListener _targets = PeerListener.Start();
    private readonly TransportHost[] _relays;
    private readonly int? _version;

    private Tunnel(string transport, string transform)
    {
        _version = transform == Framed ? null : TestTls.Number(transform);
        var exit = Relay(transport, new TcpEndpoint(_targets.Endpoint), opens: true, seals: false);
        var middle = Relay(transport, exit.Listener.Endpoint, opens: true, seals: true);
        _relays = [Relay(transport, middle.Listener.Endpoint, opens: false, seals: true), middle, exit];
    }

    /// <summary>What bytes go through between the relays.</summary>
    public static string[] Transforms { get; } = [Framed, .. TestTls.Versions];

    public static Tunnel Start(string transport, string transform = Framed) => new(transport, transform);

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
        if (opens)
            await TransformAsync(client, isServer: true);
        var target = (await client.DialAsync(next, Patience.Limit)).Connection!;
        if (seals)
            await TransformAsync(target, isServer: false);
        var end = await client.RelayAsync(target, new(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan));
        client.Transform?.Dispose();
        target.Transform?.Dispose();
        _ends.Writer.TryWrite(end);
    });

    private async ValueTask TransformAsync(Connection connection, bool isServer)
    {
        if (_version is not { } version)
        {
            connection.Transform = new FramedXor();
            return;
        }

        using var handshake = new TlsHandshake(TestTls.Of(isServer, version));
        Assert.Equal(TlsOutcome.Done, await TlsHandshaking.RunAsync(connection, handshake));
    }
}
