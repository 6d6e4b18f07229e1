using System.Net;
using System.Net.Sockets;
using System.Text;
using Proxify.Peers.Contenders;

namespace Proxify.Peers.Works;

/// <summary>Clients that ask for much and read nothing: what do they take from those who do read, and what does each cost the proxy in memory?</summary>
sealed class StalledSessions(string name, int connections, int stalled, int seconds) : IWork
{
    /// <summary>More than the socket buffers on the way to such a client hold.</summary>
    const int ReplyLength = 192 * 1024;
    const int AtOnce = 50;
    const double PerCent = 100;

    // tcp(7), TCP_MAXSEG.
    const int IpProtoTcp = 6;
    const int TcpMaxSeg = 2;

    static readonly byte[] Request = Encoding.ASCII.GetBytes("GET much\r\n");

    readonly RedisGet _load = new(name, connections, seconds);

    public string Name => name;

    public string Title => $"redis GET, {connections:N0} connections, beside {stalled:N0} stalled sessions";

    public int Connections => connections + stalled;

    public IReadOnlyList<Figure> Figures { get; } =
    [
        new("requests/s", MoreIsBetter: true, Decimals: 0),
        new("% of those without", MoreIsBetter: true, Decimals: 0),
        new("median ms", MoreIsBetter: false, Decimals: 2),
        new("99 % ms", MoreIsBetter: false, Decimals: 2),
        new("KB/stalled session", MoreIsBetter: false, Decimals: 1),
    ];

    public int Target => _load.Target;

    public async Task StartAsync(Workspace workspace, CancellationToken cancellation)
    {
        await _load.StartAsync(workspace, cancellation);
        await ProcessHandle.RunAsync("redis-cli", ["-e", "-p", $"{Target}", "SETRANGE", "much", $"{ReplyLength - 1}", "x"], cancellation);
    }

    public async Task<double?[]> MeasureAsync(Relay relay, CancellationToken cancellation)
    {
        var without = await _load.MeasureAsync(relay, cancellation);
        var sockets = new List<Socket>(stalled);
        try
        {
            var before = await MemoryAsync(relay, cancellation);
            for (var open = 0; open < stalled; open += AtOnce)
                await Task.WhenAll(Enumerable.Range(0, Math.Min(AtOnce, stalled - open)).Select(_ => StallAsync(relay.Port, sockets, cancellation)));
            var after = await MemoryAsync(relay, cancellation);
            var with = await _load.MeasureAsync(relay, cancellation);
            return [with[0], PerCent * with[0] / without[0], with[1], with[2], (after - before) / stalled];
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    public ValueTask DisposeAsync() => _load.DisposeAsync();

    static async Task<double?> MemoryAsync(Relay relay, CancellationToken cancellation) =>
        relay.ProcessId is { } proxy ? (await MemoryGauge.SettledAsync(proxy, cancellation)).Proportional : null;

    static async Task StallAsync(int port, List<Socket> sockets, CancellationToken cancellation)
    {
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        // As across a network: with loopback's segments of 64 KiB the proxy's kernel would take megabytes for it.
        client.SetRawSocketOption(IpProtoTcp, TcpMaxSeg, BitConverter.GetBytes(1460));
        lock (sockets)
            sockets.Add(client);
        await client.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cancellation);
        await client.SendAsync(Request, cancellation);
    }
}
