using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>Clients that leave before they are served keep nothing from those who stay.</summary>
[Collection("servers with meters of their own")]
public sealed class LeavingClientsTests
{
    [Theory, EveryTransport]
    public async Task Places_in_the_queue_are_free_when_those_who_wait_reset(string transport)
    {
        using var target = PeerListener.Start();
        await using var proxy =
            await Proxy.StartAsync(transport, target.Port, new AppLimitsConfig { SessionsPerTarget = 1, Queue = 3, QueueTimeout = TimeSpan.FromMinutes(10) });
        using var holder = await proxy.ConnectAsync();
        using var held = await target.AcceptAsync();
        await Peer.PingPongAsync(holder, held);

        for (var round = 0; round < 3; round++)
        {
            var waiting = new List<Peer>();
            for (var i = 0; i < 3; i++)
                waiting.Add(await proxy.ConnectAsync());
            await Patience.Eventually(() => proxy.Server.ActiveSessions == 4);
            foreach (var client in waiting)
                client.Reset();
            await Patience.Eventually(() => proxy.Server.ActiveSessions == 1);
        }

        using var served = await proxy.ConnectAsync();
        await Patience.Eventually(() => proxy.Server.ActiveSessions == 2);
        holder.Reset();
        await held.ExpectResetAsync();
        using var peer = await target.AcceptAsync();
        await Peer.PingPongAsync(served, peer);
    }

    [Theory, EveryTransport]
    public async Task Places_are_free_when_those_whose_target_is_dialled_reset(string transport)
    {
        using var blackHole = await PeerListener.StartBlackHoleAsync();
        await using var proxy = await Proxy.StartAsync(transport, blackHole.Port, new AppLimitsConfig { Sessions = 2 });
        for (var round = 0; round < 3; round++)
        {
            using var first = await proxy.ConnectAsync();
            using var second = await proxy.ConnectAsync();
            await Patience.Eventually(() => proxy.Server.ActiveSessions == 2);

            first.Reset();
            second.Reset();

            await Patience.Eventually(() => proxy.Server.ActiveSessions == 0);
        }
    }

    private sealed class Proxy(ProxyServer server, int port) : IAsyncDisposable
    {
        public ProxyServer Server => server;

        public static async Task<Proxy> StartAsync(string transport, int target, AppLimitsConfig limits)
        {
            using var probe = PeerListener.Start();
            var port = probe.Port;
            probe.Dispose();
            var config = new ProxyConfig
            {
                Apps =
                [
                    new AppConfig
                    {
                        Name = "a",
                        Bind = [IPAddress.Loopback],
                        Ports = [port],
                        Targets = [$"127.0.0.1:{target}"],
                        Limits = limits,
                        Timeouts = new TimeoutsConfig { Connect = TimeSpan.FromMinutes(10) },
                        Health = new HealthConfig { Active = false },
                    },
                ],
            };
            var server = new ProxyServer(config, EveryTransportAttribute.Find(transport).Create(TimeProvider.System), NullLoggerFactory.Instance,
                TimeProvider.System);
            await server.StartAsync();
            return new Proxy(server, port);
        }

        public Task<Peer> ConnectAsync() => Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));

        public ValueTask DisposeAsync() => server.DisposeAsync();
    }
}
