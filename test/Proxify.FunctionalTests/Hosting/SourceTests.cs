using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>What a target sees of <c>Source</c>. On Linux all of 127.0.0.0/8 is this machine.</summary>
[Collection("servers with meters of their own")]
public sealed class SourceTests
{
    [Theory, EveryTransport]
    public async Task Targets_see_the_source_that_is_in_force_and_live_sessions_go_on(string transport)
    {
        using var target = PeerListener.Start();
        var config = Config(target);
        await using var server = await StartAsync(config, transport);
        using var live = await Peer.ConnectAsync(Endpoint(config));
        using var atTarget = await target.AcceptAsync();

        Assert.Equal(["127.0.0.1"], await SeenAsync(config, target, 2));
        await server.ApplyAsync(config = With(config, DialSourceConfig.Of(Network("127.0.0.76/31"))));
        Assert.Equal(["127.0.0.76", "127.0.0.77"], await SeenAsync(config, target, 2));
        await server.ApplyAsync(config = With(config, DialSourceConfig.Of(Network("127.0.0.9/32"))));
        Assert.Equal(["127.0.0.9"], await SeenAsync(config, target, 2));
        await server.ApplyAsync(config = With(config, null));
        Assert.Equal(["127.0.0.1"], await SeenAsync(config, target, 2));

        await Peer.PingPongAsync(live, atTarget);
    }

    [Theory, EveryTransport]
    public async Task Source_that_is_not_this_machines_is_no_start_and_no_reload(string transport)
    {
        using var target = PeerListener.Start();
        var (config, bad) = (Config(target), With(Config(target), DialSourceConfig.Of(Network("192.0.2.1/32"))));

        await Assert.ThrowsAsync<ProxyStartException>(() => StartAsync(bad, transport));
        await using var server = await StartAsync(config, transport);
        await Assert.ThrowsAsync<ProxyStartException>(() => server.ApplyAsync(bad));

        Assert.Same(config, server.Config);
        Assert.Equal(["127.0.0.1"], await SeenAsync(config, target, 1));
    }

    /// <summary>The addresses from which so many sessions come to the target, each once.</summary>
    private static async Task<IEnumerable<string>> SeenAsync(ProxyConfig config, PeerListener target, int sessions)
    {
        var seen = new List<string>();
        for (var i = 0; i < sessions; i++)
        {
            using var client = await Peer.ConnectAsync(Endpoint(config));
            using var accepted = await target.AcceptAsync();
            await Peer.PingPongAsync(client, accepted);
            seen.Add($"{accepted.Remote.Address}");
        }

        return seen.Distinct().Order(StringComparer.Ordinal);
    }

    private static IPNetwork Network(string text) => IPNetwork.Parse(text);

    private static ProxyConfig Config(PeerListener target) => EmbeddedProxy.Config(EmbeddedProxy.FreePort(), target.Port) with
    {
        Health = new HealthConfig { Active = false },
    };

    private static ProxyConfig With(ProxyConfig config, DialSourceConfig? source) => config with { Apps = [config.Apps[0] with { Source = source }] };

    private static IPEndPoint Endpoint(ProxyConfig config) => EmbeddedProxy.Endpoint(config);

    private static async Task<ProxyServer> StartAsync(ProxyConfig config, string transport)
    {
        var (created, time) = (EveryTransportAttribute.Find(transport).Create(TimeProvider.System), TimeProvider.System);
        var server = new ProxyServer(config, created, NullLoggerFactory.Instance, time);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }
}
