using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>Weights and ports that are changed at run time, while clients come and go.</summary>
[Collection("servers with meters of their own")]
public sealed class RuntimeChangeTests
{
    [Theory, EveryTransport]
    public async Task A_drained_target_keeps_its_sessions_and_gets_no_more_until_its_weight_comes_back(string transport)
    {
        using var first = PeerListener.Start();
        using var second = PeerListener.Start();
        var config = Config(Target(first), Target(second) with { Weight = 256 });
        await using var server = await StartAsync(config, transport);
        await server.SetWeightAsync("a", Target(second).Address, 0);
        using var live = await Peer.ConnectAsync(Endpoint(config));
        using var atFirst = await first.AcceptAsync();
        await Peer.PingPongAsync(live, atFirst);

        await server.SetWeightAsync("a", Target(first).Address, 0);
        await server.SetWeightAsync("a", Target(second).Address, 5);

        for (var i = 0; i < 4; i++)
            await VisitAsync(config, second);
        Assert.False(first.HasPending);
        await Peer.PingPongAsync(live, atFirst);

        await server.SetWeightAsync("a", Target(second).Address, 0);
        await server.SetWeightAsync("a", Target(first).Address, null);
        await VisitAsync(config, first);
    }

    [Fact]
    public async Task A_weight_survives_reloads_until_the_files_own_changes()
    {
        using var first = PeerListener.Start();
        using var second = PeerListener.Start();
        var config = Config(Target(first), Target(second));
        await using var server = await StartAsync(config, "sockets");
        await server.SetWeightAsync("a", Target(first).Address, 0);

        var other = config with { Apps = [config.Apps[0] with { Ports = [.. config.Apps[0].Ports, FreePort()] }] };
        await server.ApplyAsync(other);
        for (var i = 0; i < 3; i++)
            await VisitAsync(other, second);
        Assert.False(first.HasPending);

        TargetConfig[] targets = [Target(first) with { Weight = 2 }, Target(second) with { Weight = 0 }];
        await server.ApplyAsync(other with { Apps = [other.Apps[0] with { Targets = targets }] });
        await VisitAsync(other, first);
    }

    [Fact]
    public async Task A_target_or_a_weight_that_is_none_is_refused()
    {
        using var target = PeerListener.Start();
        await using var server = await StartAsync(Config(Target(target)), "sockets");

        await Assert.ThrowsAsync<ArgumentException>(() => server.SetWeightAsync("b", Target(target).Address, 1));
        await Assert.ThrowsAsync<ArgumentException>(() => server.SetWeightAsync("a", "127.0.0.1:1", 1));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => server.SetWeightAsync("a", Target(target).Address, 257));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => server.SetWeightAsync("a", Target(target).Address, -1));
    }

    [Theory, EveryTransport]
    public async Task A_port_that_is_added_serves_until_it_is_removed_and_its_session_longer(string transport)
    {
        using var target = PeerListener.Start();
        var config = Config(Target(target));
        await using var server = await StartAsync(config, transport);
        var added = FreePort();
        await server.AddPortAsync("a", added);
        await server.ApplyAsync(config);
        using var live = await Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, added));
        using var atTarget = await target.AcceptAsync();
        await Peer.PingPongAsync(live, atTarget);

        await server.RemovePortAsync("a", added);

        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, added)));
        await Peer.PingPongAsync(live, atTarget);
        await Assert.ThrowsAsync<ArgumentException>(() => server.RemovePortAsync("a", added));
    }

    [Fact]
    public async Task A_port_that_the_config_could_not_have_or_that_is_taken_is_refused()
    {
        using var target = PeerListener.Start();
        using var taken = PeerListener.Start();
        var config = Config(Target(target));
        await using var server = await StartAsync(config, "sockets");

        await Assert.ThrowsAsync<ArgumentException>(() => server.AddPortAsync("b", FreePort()));
        await Assert.ThrowsAsync<InvalidConfigException>(() => server.AddPortAsync("a", 0));
        await Assert.ThrowsAsync<InvalidConfigException>(() => server.AddPortAsync("a", config.Apps[0].Ports[0].First));
        await Assert.ThrowsAsync<InvalidConfigException>(() => server.AddPortAsync("a", target.Port));
        await Assert.ThrowsAsync<ProxyStartException>(() => server.AddPortAsync("a", taken.Port));
        await VisitAsync(config, target);
    }

    [Fact]
    public async Task A_port_that_a_reload_has_an_error_with_is_closed_and_keeps_no_other_from_being_added()
    {
        using var target = PeerListener.Start();
        var config = Config(Target(target));
        await using var server = await StartAsync(config, "sockets");
        var added = FreePort();
        await server.AddPortAsync("a", added);
        var b = config.Apps[0] with { Name = "b", Ports = [FreePort()], Targets = [new($"127.0.0.1:{added}")] };

        await server.ApplyAsync(config with { Apps = [config.Apps[0], b] });

        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, added)));
        await Assert.ThrowsAsync<ArgumentException>(() => server.RemovePortAsync("a", added));
        await server.AddPortAsync("a", FreePort());
        await VisitAsync(config, target);
    }

    private static async Task<ProxyServer> StartAsync(ProxyConfig config, string transport)
    {
        var server =
            new ProxyServer(config, EveryTransportAttribute.Find(transport).Create(TimeProvider.System), NullLoggerFactory.Instance, TimeProvider.System);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private static async Task VisitAsync(ProxyConfig config, PeerListener target)
    {
        using var client = await Peer.ConnectAsync(Endpoint(config));
        using var accepted = await target.AcceptAsync();
        await Peer.PingPongAsync(client, accepted);
    }

    private static IPEndPoint Endpoint(ProxyConfig config) => new(IPAddress.Loopback, config.Apps[0].Ports[0].First);

    private static TargetConfig Target(PeerListener target) => new($"127.0.0.1:{target.Port}");

    private static ProxyConfig Config(params TargetConfig[] targets) => new()
    {
        Apps =
        [
            new AppConfig
            {
                Name = "a",
                Bind = [IPAddress.Loopback],
                Ports = [FreePort()],
                Targets = targets,
                Timeouts = new TimeoutsConfig { Drain = TimeSpan.Zero },
                Health = new HealthConfig { Active = false },
            },
        ],
    };

    private static int FreePort()
    {
        using var probe = PeerListener.Start();
        return probe.Port;
    }
}
