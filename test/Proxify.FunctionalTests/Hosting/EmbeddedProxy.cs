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

namespace Proxify.FunctionalTests.Hosting;

/// <summary>A proxy with one app in a host of the test's.</summary>
internal static class EmbeddedProxy
{
    public static IHost Build(Action<ProxyOptions> configure)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.ClearProviders();
        builder.Services.AddMetrics();
        builder.Services.AddProxify(configure);
        return builder.Build();
    }

    public static ProxyConfig Config(int port, int targetPort) => new()
    {
        Apps =
        [
            new AppConfig
            {
                Name = "a",
                Bind = [IPAddress.Loopback],
                Ports = [port],
                Targets = [$"127.0.0.1:{targetPort}"],
                Timeouts = new TimeoutsConfig { Drain = TimeSpan.Zero },
            },
        ],
    };

    public static IPEndPoint Endpoint(ProxyConfig config) => new(IPAddress.Loopback, config.Apps[0].Ports[^1].First);

    public static async Task PingPongAsync(ProxyConfig config, PeerListener target)
    {
        using var client = await Peer.ConnectAsync(Endpoint(config));
        using var accepted = await target.AcceptAsync();
        await Peer.PingPongAsync(client, accepted);
    }

    public static int FreePort()
    {
        using var probe = PeerListener.Start();
        return probe.Port;
    }
}
