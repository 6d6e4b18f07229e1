using System.Net;
using System.Net.Sockets;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>TLS sessions that are held open and say nothing: what does each cost the proxy in memory?</summary>
sealed class TlsIdleSessions(string name, int connections) : IWork
{
    const int MessageLength = 64;
    const int AtOnce = 50;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public string Name => name;

    public string Title => $"TLS, {connections:N0} idle sessions";

    public int Connections => connections;

    public bool IsTls => true;

    public Certificate? Certificate { get; private set; }

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("KB/session, after the handshake", MoreIsBetter: false, Decimals: 1),
        new($"KB/session, after {MessageLength} bytes each way", MoreIsBetter: false, Decimals: 1),
        new("process at rest, RSS MB", MoreIsBetter: false, Decimals: 1),
    ];

    public int Target { get; private set; }

    public Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        Certificate = Certificate.MakeEcdsa(workspace);
        _listener.Start(backlog: 4096);
        Target = ((IPEndPoint)_listener.LocalEndpoint).Port;
        return Task.CompletedTask;
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        var proxy = relay.ProcessId!.Value;
        using var offer = new TlsOffer();
        var (clients, targets) = (new List<TlsClient>(connections), new List<Socket>(connections));
        try
        {
            var rest = await MemoryGauge.SettledAsync(proxy, cancellation);
            for (var open = 0; open < connections; open += AtOnce)
                await OpenAsync(offer, relay.Port, Math.Min(AtOnce, connections - open), clients, targets, cancellation);
            var quiet = await MemoryGauge.SettledAsync(proxy, cancellation);

            // Whoever connects need not be whom the target accepts in the same place: all send, then all receive.
            await Task.Run(() => clients.ForEach(static client => client.Send(new byte[MessageLength])), cancellation);
            foreach (var target in targets)
            {
                await IdleSessions.ReceiveMessageAsync(target, cancellation);
                await target.SendAsync(new byte[MessageLength], cancellation);
            }

            await Task.Run(() => clients.ForEach(static client => client.Receive(new byte[MessageLength])), cancellation);
            var spoken = await MemoryGauge.SettledAsync(proxy, cancellation);
            return [(quiet.Proportional - rest.Proportional) / connections, (spoken.Proportional - rest.Proportional) / connections, rest.Resident / 1024];
        }
        finally
        {
            clients.ForEach(static client => client.Dispose());
            targets.ForEach(static target => target.Dispose());
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task OpenAsync(TlsOffer offer, int port, int count, List<TlsClient> clients, List<Socket> targets, CancellationToken cancellation)
    {
        await Task.Run(() => clients.AddRange(Enumerable.Range(0, count).Select(_ => TlsClient.Connect(offer, port))), cancellation);
        for (var i = 0; i < count; i++)
            targets.Add(await _listener.AcceptSocketAsync(cancellation));
    }
}
