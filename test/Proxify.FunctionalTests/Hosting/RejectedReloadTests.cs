using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>A config that cannot be brought into force, while clients come and go.</summary>
[Collection("servers with meters of their own")]
public sealed class RejectedReloadTests
{
    private const int Clients = 8;
    private const int LeastReloads = 100;
    private const int LeastConnections = 1_000;

    [Theory, EveryTransport]
    public async Task Rejected_reloads_that_add_Bind_reset_nobody(string transport)
    {
        using var taken = PeerListener.Start();
        await using var target = TransportHost.Start("sockets", EchoAsync);
        var port = FreePort();
        var everywhere = new AppConfig { Name = "a", Ports = [port], Targets = [$"127.0.0.1:{target.Endpoint.Port}"] };
        await using var server = new ProxyServer(
            new ProxyConfig { Apps = [everywhere] }, EveryTransportAttribute.Find(transport).Create(TimeProvider.System), NullLoggerFactory.Instance,
            TimeProvider.System);
        await server.StartAsync();
        // Each of these addresses would take what comes to it from the listener for every address, until the last port turns out to be taken.
        var rejected = new ProxyConfig
        {
            Apps = [
            everywhere with { Bind = [.. Enumerable.Range(1, 20).Select(i => IPAddress.Parse($"127.0.0.{i}"))], Ports = [port, taken.Port] }]
        };

        var connections = 0;
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, Clients).Select(_ => Task.Run(() => ConnectAsync(new IPEndPoint(IPAddress.Loopback, port)))).ToArray();
        for (var reloads = 0; (reloads < LeastReloads || Volatile.Read(ref connections) < LeastConnections)
            && clients.All(client => !client.IsFaulted); reloads++)
            await Assert.ThrowsAsync<ProxyStartException>(() => server.ApplyAsync(rejected)).Within();
        await stop.CancelAsync();
        await Task.WhenAll(clients);

        async Task ConnectAsync(IPEndPoint endpoint)
        {
            while (!stop.IsCancellationRequested)
            {
                using var client = await Peer.ConnectAsync(endpoint, incoming: Payload.FromClient);
                await client.SendAsync(1);
                await client.ReceiveAsync(1);
                client.Fin();
                await client.ExpectFinAsync();
                Interlocked.Increment(ref connections);
            }
        }
    }

    private static async ValueTask EchoAsync(Connection connection)
    {
        var buffer = new byte[16];
        while (await connection.ReceiveAsync(buffer) is { Bytes: > 0 } received)
            await connection.SendAsync(buffer.AsMemory(0, received.Bytes));
        connection.Close();
    }

    private static int FreePort()
    {
        using var probe = PeerListener.Start();
        return probe.Port;
    }
}
