using System.Net;
using System.Net.Sockets;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>Sessions that are held open and say nothing: what does each cost the proxy in memory?</summary>
sealed class IdleSessions(string name, int connections) : IWork
{
    const int MessageLength = 64;
    const int AtOnce = 50;

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public string Name => name;

    public string Title => $"{connections:N0} idle sessions";

    public int Connections => connections;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("KB/session, no byte yet", MoreIsBetter: false, Decimals: 1),
        new($"KB/session, after {MessageLength} bytes each way", MoreIsBetter: false, Decimals: 1),
        new("process at rest, RSS MB", MoreIsBetter: false, Decimals: 1),
    ];

    public int Target { get; private set; }

    public Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        _listener.Start(backlog: 4096);
        Target = ((IPEndPoint)_listener.LocalEndpoint).Port;
        return Task.CompletedTask;
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        if (relay.ProcessId is not { } proxy)
            return [null, null, null];

        var sockets = new List<Socket>(2 * connections);
        try
        {
            var rest = await MemoryGauge.SettledAsync(proxy, cancellation);
            for (var open = 0; open < connections; open += AtOnce)
                await OpenAsync(relay.Port, Math.Min(AtOnce, connections - open), sockets, cancellation);
            var quiet = await MemoryGauge.SettledAsync(proxy, cancellation);

            // Whoever connects need not be whom the target accepts in the same place: all send, then all receive.
            foreach (var sender in sockets)
                await sender.SendAsync(new byte[MessageLength], cancellation);
            foreach (var receiver in sockets)
                await ReceiveMessageAsync(receiver, cancellation);
            var spoken = await MemoryGauge.SettledAsync(proxy, cancellation);

            return [(quiet.Proportional - rest.Proportional) / connections, (spoken.Proportional - rest.Proportional) / connections, rest.Resident / 1024];
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return ValueTask.CompletedTask;
    }

    async Task OpenAsync(int port, int count, List<Socket> sockets, CancellationToken cancellation)
    {
        for (var i = 0; i < count; i++)
        {
            var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            sockets.Add(client);
            await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        }
        for (var i = 0; i < count; i++)
            sockets.Add(await _listener.AcceptSocketAsync(cancellation));
    }

    public static async Task ReceiveMessageAsync(Socket socket, CancellationToken cancellation)
    {
        var buffer = new byte[MessageLength];
        for (var have = 0; have < MessageLength;)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(have), cancellation);
            have += read > 0 ? read : throw new BenchException("a session ended while it was held");
        }
    }
}
