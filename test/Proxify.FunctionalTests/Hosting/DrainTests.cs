using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;

namespace Proxify.FunctionalTests.Hosting;

[Collection("servers with meters of their own")]
public sealed class DrainTests
{
    [Theory, EveryTransport]
    public async Task Shutdown_sends_those_who_wait_to_no_target_that_is_known_to_be_down(string transport)
    {
        // Bound and not listening, it refuses; later it would take a connection, and must not get one.
        using var ejected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        ejected.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var well = PeerListener.Start();
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
                    Balancing = BalancingPolicy.First,
                    Targets = [Local(((IPEndPoint)ejected.LocalEndPoint!).Port), Local(well.Port)],
                    Limits = new AppLimitsConfig { SessionsPerTarget = 1, QueueTimeout = TimeSpan.FromMinutes(10) },
                    Timeouts = new TimeoutsConfig { Drain = TimeSpan.FromMinutes(10) },
                    AbortOnClose = true, // those that only knock to see whether anybody is at home still
                    Health = new HealthConfig { Active = false, EjectAfter = 1, EjectFor = TimeSpan.FromHours(1), EjectMax = TimeSpan.FromHours(1),
                        PanicBelow = 0 },
                },
            ],
        };
        await using var server =
            new ProxyServer(config, EveryTransportAttribute.Find(transport).Create(TimeProvider.System), NullLoggerFactory.Instance, TimeProvider.System);
        await server.StartAsync();
        using var first = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        var firstAtTarget = await well.AcceptAsync();
        await Peer.PingPongAsync(first, firstAtTarget);
        using var second = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        await Patience.Eventually(() => server.ActiveSessions == 2);
        ejected.Listen();

        var stopping = server.StopAsync(CancellationToken.None);
        await Patience.Eventually(() => IsRefused(port));
        first.Reset();
        await firstAtTarget.ExpectResetAsync();
        using var secondAtTarget = await well.AcceptAsync();
        await Peer.PingPongAsync(second, secondAtTarget);
        Assert.False(ejected.Poll(0, SelectMode.SelectRead));

        second.Reset();
        await stopping.Within();
    }

    [Theory, EveryTransport]
    public async Task Checks_go_on_while_a_shutdown_waits_for_sessions(string transport)
    {
        using var target = PeerListener.Start();
        using var checks = PeerListener.Start();
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
                    Targets = [Local(target.Port)],
                    // Those that only knock to see whether anybody is at home still wait in the queue, and leave it when they hang up.
                    Limits = new AppLimitsConfig { SessionsPerTarget = 1, QueueTimeout = TimeSpan.FromMinutes(10) },
                    Timeouts = new TimeoutsConfig { Drain = TimeSpan.FromMinutes(10) },
                    AbortOnClose = true,
                    Health = new HealthConfig { Port = checks.Port, Expect = "x"u8.ToArray(), Interval = TimeSpan.FromMilliseconds(100), Fall = 1000 },
                },
            ],
        };
        await using var server =
            new ProxyServer(config, EveryTransportAttribute.Find(transport).Create(TimeProvider.System), NullLoggerFactory.Instance, TimeProvider.System);
        await server.StartAsync();
        using var client = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        using var atTarget = await target.AcceptAsync();
        await Peer.PingPongAsync(client, atTarget);

        var stopping = server.StopAsync(CancellationToken.None);
        await Patience.Eventually(() => IsRefused(port));

        // A target is checked once at a time, so all but the first of these have begun since.
        for (var i = 0; i < 3; i++)
            (await checks.AcceptAsync()).Dispose();

        client.Reset();
        await stopping.Within();
    }

    private static TargetConfig Local(int port) => new($"127.0.0.1:{port}");

    private static bool IsRefused(int port)
    {
        // Where it is not refused yet it has begun a session, which the shutdown would wait for: its close is a reset, and ends that.
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { LingerState = new LingerOption(true, 0) };
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
    }
}
