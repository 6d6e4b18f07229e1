using Proxify.FunctionalTests.Harness;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Conformance;

/// <summary>Alone, because it counts the process's sockets.</summary>
[Collection(nameof(ManySessionsTests))]
[CollectionDefinition(nameof(ManySessionsTests), DisableParallelization = true)]
public sealed class ManySessionsTests
{
    private const int Count = 500;

    [Theory, EveryRelay]
    public async Task Sessions_with_every_kind_of_ending_leave_no_socket_behind(string relay)
    {
        var before = OwnDescriptors.CountSockets();
        var random = new Random(Seed: 5);
        var endings = new Dictionary<RelayEnd, int>();
        await using (var host = RelayHost.Start(relay))
        {
            var sessions = new List<RelaySession>();
            for (var i = 0; i < Count; i++)
                sessions.Add(await host.OpenAsync());
            await Task.WhenAll(sessions.Select(session => EndAsync(session, random.Next(6))));
            foreach (var session in sessions)
            {
                var end = await session.End;
                endings[end] = endings.GetValueOrDefault(end) + 1;
                session.Dispose();
            }
        }

        Assert.Equal([RelayEnd.Done, RelayEnd.ClientReset, RelayEnd.TargetReset, RelayEnd.Aborted], endings.Keys.Order());
        await Patience.Eventually(() => OwnDescriptors.CountSockets() <= before);
    }

    [Theory, EveryTransport]
    public async Task Dials_that_fail_or_are_aborted_leave_no_socket_behind(string transport)
    {
        var before = OwnDescriptors.CountSockets();
        using (var refusing = PeerListener.StartRefusing())
        using (var blackHole = await PeerListener.StartBlackHoleAsync())
        {
            await using var host = TransportHost.Start(transport, async connection =>
            {
                // Not before the client has noticed that it is connected: the reset at the end would be the answer to its connect.
                await connection.ReceiveAsync(new byte[1]);
                await connection.DialAsync(new TcpEndpoint(refusing.Endpoint), Patience.Limit);
                await connection.DialAsync(new TcpEndpoint(blackHole.Endpoint), TimeSpan.FromMilliseconds(20));
                return 0;
            }, out var results);
            for (var i = 0; i < 50; i++)
            {
                using var client = await host.ConnectAsync();
                await client.SendAsync(1);
                await results.ReadAsync().Within();
            }
        }

        await Patience.Eventually(() => OwnDescriptors.CountSockets() <= before);
    }

    private static async Task EndAsync(RelaySession session, int how)
    {
        await session.PingPongAsync();
        switch (how)
        {
            case 0:
                session.Client.Fin();
                await session.Target.ExpectFinAsync();
                session.Target.Fin();
                break;
            case 1:
                session.Target.Fin();
                session.Client.Fin();
                break;
            case 2:
                session.Client.Reset();
                break;
            case 3:
                session.Target.Reset();
                break;
            case 4:
                session.ClientConnection.Abort();
                break;
            default:
                await session.Target.SendAsync(100_000);
                session.Client.Reset();
                break;
        }
    }
}
