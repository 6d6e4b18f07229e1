using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>A start or a reload that takes long, and is given up.</summary>
[Collection("servers with meters of their own")]
public sealed class StartTests
{
    [Theory, EveryTransport]
    public async Task StartAsync_that_is_cancelled_ends_at_once_and_lets_nobody_in(string transport)
    {
        using var stop = new CancellationTokenSource();
        var bound = new List<TcpEndpoint>();
        await using var server = Server(transport, Config(new PortRange(20_000, 60_000)), endpoint =>
        {
            bound.Add(endpoint);
            if (bound.Count == 3)
                stop.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.StartAsync(stop.Token));

        Assert.Equal(3, bound.Count);
        await Assert.ThrowsAsync<SocketException>(() => Peer.ConnectAsync(bound[0].ToIPEndPoint()));
    }

    [Theory, EveryTransport]
    public async Task StopAsync_during_a_reload_ends_the_reload(string transport)
    {
        var bound = 0;
        var stopping = Task.CompletedTask;
        ProxyServer? started = null;
        await using var server = Server(transport, Config(20_000), _ =>
        {
            if (++bound == 4)
                stopping = started!.StopAsync(CancellationToken.None);
        });
        started = server;
        await server.StartAsync();
        var before = server.Config;

        await server.ApplyAsync(Config(new PortRange(20_000, 60_000))).Within();
        await stopping.Within();

        Assert.Equal(4, bound);
        Assert.Same(before, server.Config);
    }

    private static ProxyConfig Config(PortRange ports) => new()
    {
        Apps = [new AppConfig { Name = "a", Ports = [ports], Bind = [IPAddress.Parse("127.9.9.9")], Targets = [new TargetConfig { Host = "127.0.0.1", Port = 1 }] }],
    };

    private static ProxyServer Server(string transport, ProxyConfig config, Action<TcpEndpoint> onBind) =>
        new(config, new BindingHook(EveryTransportAttribute.Find(transport).Create(TimeProvider.System), onBind), NullLoggerFactory.Instance, TimeProvider.System);

    private sealed class BindingHook(ITransport inner, Action<TcpEndpoint> onBind) : ITransport
    {
        public string Name => inner.Name;

        public long BufferLimit
        {
            get => inner.BufferLimit;
            set => inner.BufferLimit = value;
        }

        public long BufferBytes => inner.BufferBytes;

        public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
        {
            onBind(endpoint);
            return inner.Bind(endpoint, handler, besideOurs);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
