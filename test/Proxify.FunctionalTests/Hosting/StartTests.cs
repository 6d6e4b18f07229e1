using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Hosting;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Hosting;

/// <summary>A start that takes long, and is given up.</summary>
public sealed class StartTests
{
    [Theory, EveryTransport]
    public async Task StartAsync_that_is_cancelled_ends_at_once_and_lets_nobody_in(string transport)
    {
        using var stop = new CancellationTokenSource();
        var bound = new List<TcpEndpoint>();
        var inner = new BindingHook(EveryTransportAttribute.Find(transport).Create(TimeProvider.System), endpoint =>
        {
            bound.Add(endpoint);
            if (bound.Count == 3)
                stop.Cancel();
        });
        var config = new ProxyConfig
        {
            Apps = [new AppConfig { Name = "a", Ports = [new PortRange(20_000, 60_000)], Bind = [IPAddress.Parse("127.9.9.9")], Targets = [new TargetConfig { Host = "127.0.0.1", Port = 1 }] }],
        };
        await using var server = new ProxyServer(config, inner, NullLoggerFactory.Instance, TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.StartAsync(stop.Token));

        Assert.Equal(3, bound.Count);
        await Assert.ThrowsAsync<System.Net.Sockets.SocketException>(() => Peer.ConnectAsync(bound[0].ToIPEndPoint()));
    }

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
