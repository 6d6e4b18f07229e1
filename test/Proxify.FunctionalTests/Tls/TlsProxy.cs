using System.Net;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Tls;

/// <summary>A whole proxy that ends its clients' TLS before one plain target, and what it says of their sessions.</summary>
internal sealed class TlsProxy : IAsyncDisposable
{
    private readonly EventLog _log = new();
    private readonly ProxyServer _server;
    private int _told;

    private TlsProxy(string transport, TimeProvider clock)
    {
        Transport = EveryTransportAttribute.Find(transport).Create(clock);
        using (var probe = PeerListener.Start())
            Endpoint = probe.Endpoint;
        _server = new ProxyServer(Config(), Transport, _log, clock);
    }

    public ITransport Transport { get; }

    public IPEndPoint Endpoint { get; }

    public PeerListener Targets { get; } = PeerListener.Start();

    public static async Task<TlsProxy> StartAsync(string transport, TestClock? clock = null)
    {
        var proxy = new TlsProxy(transport, clock?.TimeProvider ?? TimeProvider.System);
        await proxy._server.StartAsync();
        return proxy;
    }

    /// <summary>Why the next session has ended, in the order in which they end.</summary>
    public async Task<string> NextReasonAsync()
    {
        await Patience.Eventually(() => Reasons().Count > _told);
        return Reasons()[_told++];
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Targets.Dispose();
        _log.Dispose();
    }

    private List<string> Reasons() => [.. _log.Events.Select(static e => e.Values.GetValueOrDefault("reason")).OfType<string>()];

    private ProxyConfig Config() => new()
    {
        Apps =
        [
            new AppConfig
            {
                Name = "a",
                Bind = [Endpoint.Address],
                Ports = [Endpoint.Port],
                Targets = [$"{Targets.Endpoint}"],
                Tls = TlsApp.Config,
                Timeouts = new TimeoutsConfig { Drain = TimeSpan.Zero },
            },
        ],
        Health = new HealthConfig { Active = false, EjectAfter = 0 },
    };
}
