using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Proxify.Configuration;
using Proxify.Hosting;
using Proxify.Transport.Sockets;
using static Proxify.FunctionalTests.Hosting.EmbeddedProxy;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>The proxy inside somebody's own host.</summary>
[Collection("servers with meters of their own")]
public sealed class EmbeddingTests
{
    [Fact]
    public async Task AddProxify_runs_with_the_host_and_takes_new_configs()
    {
        using var target = PeerListener.Start();
        var config = Config(FreePort(), target.Port);
        using var host = Build(options => options.Config = config);
        await host.StartAsync(TestContext.Current.CancellationToken);
        await PingPongAsync(config, target);

        var server = host.Services.GetRequiredService<ProxyService>().Server!;
        var next = config with { Apps = [config.Apps[0] with { Ports = [config.Apps[0].Ports[0], FreePort()] }] };
        await server.ApplyAsync(next).Within();
        await PingPongAsync(next, target);

        await host.StopAsync(TestContext.Current.CancellationToken).Within();
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(Endpoint(config)));
    }

    [Fact]
    public void AddProxify_twice_says_so()
    {
        var services = new ServiceCollection();
        services.AddProxify(new ProxyConfig());

        var e = Assert.Throws<InvalidOperationException>(() => services.AddProxify(new ProxyConfig()));

        Assert.Contains("AddProxify", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_on_taken_ports_says_all_of_them()
    {
        using var first = PeerListener.Start();
        using var second = PeerListener.Start();
        using var host = Build(options => options.Config = new ProxyConfig
        {
            Apps = [new AppConfig { Name = "a", Bind = [IPAddress.Loopback], Ports = [first.Port, FreePort(), second.Port],
                Targets = ["127.0.0.1:1"] }],
        });

        var e = await Assert.ThrowsAsync<ProxyStartException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        var problem = Assert.Single(e.Problems);
        Assert.Contains($"{first.Port}", problem, StringComparison.Ordinal);
        Assert.Contains($"{second.Port}", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StartAsync_that_fails_leaves_nothing_running()
    {
        // Without a factory the meter is the server's own, and lives as long as it does.
        using var taken = PeerListener.Start();
        var meters = new List<Meter>();
        using var watch = new MeterListener();
        watch.MeasurementsCompleted = (instrument, _) => meters.Remove(instrument.Meter);
        watch.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is not { Name: "proxify.sessions", Meter: { Name: "Proxify", Scope: null } })
                return;
            meters.Add(instrument.Meter);
            listener.EnableMeasurementEvents(instrument);
        };
        watch.Start();
        await using var service =
            new ProxyService(new ProxyOptions { Config = Config(taken.Port, 1), Transport = "sockets" }, NullLoggerFactory.Instance, TimeProvider.System);

        await Assert.ThrowsAsync<ProxyStartException>(() => service.StartAsync(TestContext.Current.CancellationToken));

        Assert.Empty(meters);
    }

    [Fact]
    public async Task ApplyAsync_that_cannot_bind_changes_nothing()
    {
        using var target = PeerListener.Start();
        using var taken = PeerListener.Start();
        var config = Config(FreePort(), target.Port);
        using var host = Build(options => options.Config = config);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var server = host.Services.GetRequiredService<ProxyService>().Server!;

        var opened = FreePort();
        await Assert.ThrowsAsync<ProxyStartException>(() => server.ApplyAsync(config with { Apps = [config.Apps[0] with { Ports = [opened, taken.Port] }] }));

        Assert.Same(config, server.Config);
        await PingPongAsync(config, target);
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, opened)));
    }

    [Fact]
    public async Task ApplyAsync_that_fails_when_all_is_open_takes_everything_back()
    {
        using var target = PeerListener.Start();
        var config = Config(FreePort(), target.Port);
        config = config with { Health = new HealthConfig { Active = false } };
        var clock = new FaultyClock();
        await using var server = new ProxyServer(config, new SocketsTransport(TimeProvider.System), NullLoggerFactory.Instance, clock);
        await server.StartAsync(TestContext.Current.CancellationToken);
        var opened = FreePort();

        clock.SetsNoTimer = true; // and FirstByte needs one
        var next = config with { Apps = [config.Apps[0] with { Ports = [opened] }], Health = config.Health with { FirstByte = TimeSpan.FromSeconds(1) } };
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.ApplyAsync(next));

        Assert.Same(config, server.Config);
        await PingPongAsync(config, target);
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(new IPEndPoint(IPAddress.Loopback, opened)));
        clock.SetsNoTimer = false;
        await server.ApplyAsync(next);
        await PingPongAsync(next, target);
    }

    [Fact]
    public async Task ApplyAsync_can_move_a_port_from_every_address_to_one_and_back()
    {
        using var target = PeerListener.Start();
        var bound = Config(FreePort(), target.Port);
        var everywhere = bound with { Apps = [bound.Apps[0] with { Bind = [] }] };
        using var host = Build(options => options.Config = everywhere);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var server = host.Services.GetRequiredService<ProxyService>().Server!;

        foreach (var config in new[] { bound, everywhere, bound })
        {
            await server.ApplyAsync(config).Within();
            await PingPongAsync(config, target);
        }
    }

    [Fact]
    public async Task ApplyAsync_of_an_invalid_config_throws_every_error_with_its_path()
    {
        using var target = PeerListener.Start();
        var config = Config(FreePort(), target.Port);
        using var host = Build(options => options.Config = config);
        await host.StartAsync(TestContext.Current.CancellationToken);
        var server = host.Services.GetRequiredService<ProxyService>().Server!;

        var e = await Assert.ThrowsAsync<InvalidConfigException>(
            () => server.ApplyAsync(new ProxyConfig { Apps = [config.Apps[0] with { Name = "", Ports = [0] }] }));

        Assert.Equal(2, e.Errors.Count);
        Assert.All(e.Errors, error => Assert.StartsWith("Apps[0].", error.Path, StringComparison.Ordinal));
    }

    [Fact]
    public async Task StopAsync_with_a_drain_of_a_year_waits_for_the_last_session()
    {
        using var target = PeerListener.Start();
        var config = Config(FreePort(), target.Port);
        config = config with { Apps = [config.Apps[0] with { Timeouts = new TimeoutsConfig { Drain = TimeSpan.FromDays(365) } }] };
        using var host = Build(options => options.Config = config);
        await host.StartAsync(TestContext.Current.CancellationToken);
        using var client = await Peer.ConnectAsync(Endpoint(config));
        using var peer = await target.AcceptAsync();
        await Peer.PingPongAsync(client, peer);

        var stopping = host.Services.GetRequiredService<ProxyService>().StopAsync(CancellationToken.None);
        await Peer.PingPongAsync(client, peer);
        Assert.False(stopping.IsCompleted);
        client.Fin();
        await peer.ExpectFinAsync();
        peer.Fin();

        await stopping.Within();
        await client.ExpectFinAsync();
    }

    [Fact]
    public async Task ApplyAsync_resolves_new_names_while_listeners_still_overlap()
    {
        // On a clock that stands still the overlap never ends, and neither does the wait of a session for a name's first answer.
        using var target = PeerListener.Start();
        var bound = Config(FreePort(), target.Port);
        var clock = new FakeTimeProvider();
        await using var server = new ProxyServer(
            bound with { Apps = [bound.Apps[0] with { Bind = [] }] }, new SocketsTransport(clock), NullLoggerFactory.Instance, clock);
        await server.StartAsync();

        var next = bound with { Apps = [bound.Apps[0] with { Targets = [$"localhost:{target.Port}"] }] };
        var applying = server.ApplyAsync(next);
        try
        {
            await PingPongAsync(next, target);
            Assert.False(applying.IsCompleted);
        }
        finally
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await applying.Within();
        }
    }

    [Fact]
    public async Task ApplyAsync_changes_the_memory_that_relays_may_hold()
    {
        var config = Config(FreePort(), 1);
        var transport = new SocketsTransport(TimeProvider.System);
        await using var server = new ProxyServer(config, transport, NullLoggerFactory.Instance, TimeProvider.System);
        await server.StartAsync(TestContext.Current.CancellationToken);

        await server.ApplyAsync(config with { Limits = new ProxyLimitsConfig { BufferMemory = 123L << 20 } });

        Assert.Equal(123L << 20, transport.BufferLimit);
    }
}
