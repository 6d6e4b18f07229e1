using System.Collections.Concurrent;
using System.Net.Sockets;
using CsCheck;

namespace Proxify.SystemTests.Admin.Chaos;

/// <summary>Has one session after the other with an app whose targets echo, and checks every byte that comes back.</summary>
/// <param name="lab">Where.</param>
/// <param name="app">With which.</param>
/// <param name="port">The app's.</param>
/// <param name="random">How many bytes, in how many rounds.</param>
internal sealed class ChaosClient(Lab lab, string app, int port, PCG random)
{
    private const int LongestRound = 48 * 1024;

    /// <summary>Of those that have ended.</summary>
    public ConcurrentQueue<Outcome> Outcomes { get; } = new();

    public string App => app;

    public async Task RunAsync(CancellationToken stop)
    {
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!stop.IsCancellationRequested)
        {
            var (from, client) = (DateTimeOffset.UtcNow, "");
            var sent = 0L;
            var isWhole = false;
            var error = SocketError.Success;
            try
            {
                using var peer = await lab.ConnectAsync(port, incoming: Payload.FromClient);
                client = $"{peer.Local}";
                isWhole = await TalkAsync(peer);
                sent = peer.Sent;
            }
            catch (SocketException e)
            {
                error = e.SocketErrorCode; // whether it was meant is found out afterwards
            }

            Outcomes.Enqueue(new Outcome(client, isWhole, error, sent, from, DateTimeOffset.UtcNow));
            if (!isWhole)
                await tick.WaitForNextTickAsync(CancellationToken.None); // a port that is closed is not to be tried a thousand times a second
        }
    }

    /// <returns>False: it has ended before its time.</returns>
    private async Task<bool> TalkAsync(Peer peer)
    {
        for (var rounds = 1 + (int)random.Next(20); rounds > 0; rounds--)
        {
            var bytes = 1 + (int)random.Next(LongestRound);
            await peer.SendAsync(bytes);
            while (peer.Received < peer.Sent)
            {
                if (await peer.ReceiveSomeAsync() is not null)
                    return false;
            }
        }

        peer.Fin();
        return await peer.ReceiveToEndAsync() == PeerEnd.Fin && peer.Received == peer.Sent;
    }

    /// <param name="Client">Address and port, as the access log has it; empty: it was refused, or reset before connect(2) had returned.</param>
    /// <param name="IsWhole">It has ended as its client wanted.</param>
    /// <param name="Error">What the client met.</param>
    /// <param name="Sent">Bytes.</param>
    /// <param name="From">When it began.</param>
    /// <param name="Until">When it ended.</param>
    internal sealed record Outcome(string Client, bool IsWhole, SocketError Error, long Sent, DateTimeOffset From, DateTimeOffset Until)
    {
        /// <summary>A record is written at a session's end, of which its client may hear a little sooner; its port is another client's soon after.</summary>
        private static readonly TimeSpan Lag = TimeSpan.FromSeconds(3);

        /// <summary>The log's time has no parts of a millisecond.</summary>
        private static readonly TimeSpan Rounding = TimeSpan.FromMilliseconds(1);

        public bool IsOf(DateTimeOffset ended) => ended >= From - Rounding && ended <= Until + Lag;
    }
}
