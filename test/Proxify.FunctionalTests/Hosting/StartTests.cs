using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
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

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server.ApplyAsync(Config(new PortRange(20_000, 60_000)))).Within();
        await stopping.Within();

        Assert.Equal(4, bound);
        Assert.Same(before, server.Config);
    }

    [Theory, EveryTransport]
    public async Task StartAsync_that_meets_a_defect_leaves_no_port_bound(string transport)
    {
        var hook = new BindingHook(EveryTransportAttribute.Find(transport).Create(TimeProvider.System), _ => { });
        hook.OnBind = _ =>
        {
            if (hook.Open == 3)
                throw new InvalidDataException();
        };
        await using var server = new ProxyServer(Config(new PortRange(20_000, 60_000)), hook, NullLoggerFactory.Instance, TimeProvider.System);

        await Assert.ThrowsAsync<InvalidDataException>(() => server.StartAsync(TestContext.Current.CancellationToken));

        Assert.Equal(0, hook.Open);
    }

    [Theory, EveryTransport]
    public async Task StartAsync_with_more_sessions_than_descriptors_counts_each_workers_listeners(string transport)
    {
        var (one, workers) = await NeededAsync(1);
        var (eleven, _) = await NeededAsync(11);

        Assert.Equal(10 * Math.Max(1, workers), eleven - one);

        async Task<(long Needed, int Workers)> NeededAsync(int ports)
        {
            var config = Config(new PortRange(20_000, 20_000 + ports - 1)) with { Limits = new ProxyLimitsConfig { Sessions = 10_000_000 } };
            var bytes = EveryTransportAttribute.Find(transport).Create(TimeProvider.System);
            using var log = new EventLog();
            await using var server = new ProxyServer(config, bytes, log, TimeProvider.System);
            await server.StartAsync(TestContext.Current.CancellationToken);
            var warning = Assert.Single(log.Events, static e => e.Name == "TooFewDescriptors");
            return (Convert.ToInt64(warning.Values["Needed"], CultureInfo.InvariantCulture), bytes.Workers);
        }
    }

    private static ProxyConfig Config(PortRange ports) => new()
    {
        Apps = [new AppConfig { Name = "a", Ports = [ports], Bind = [IPAddress.Parse("127.9.9.9")],
            Targets = ["127.0.0.1:1"] }],
    };

    private static ProxyServer Server(string transport, ProxyConfig config, Action<TcpEndpoint> onBind) =>
        new(config, new BindingHook(EveryTransportAttribute.Find(transport).Create(TimeProvider.System), onBind), NullLoggerFactory.Instance,
            TimeProvider.System);

    private sealed class BindingHook(ITransport inner, Action<TcpEndpoint> onBind) : ITransport
    {
        public string Name => inner.Name;

        public long BufferLimit
        {
            get => inner.BufferLimit;
            set => inner.BufferLimit = value;
        }

        public long BufferBytes => inner.BufferBytes;

        public Action<TcpEndpoint> OnBind { get; set; } = onBind;

        public int Open { get; set; }

        public IListener Bind(TcpEndpoint endpoint, IConnectionHandler handler, bool besideOurs = false)
        {
            OnBind(endpoint);
            var listener = inner.Bind(endpoint, handler, besideOurs);
            Open++;
            return new HookedListener(listener, this);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class HookedListener(IListener inner, BindingHook hook) : IListener
    {
        public TcpEndpoint Endpoint => inner.Endpoint;

        public SafeHandle Handle => inner.Handle;

        public void Listen() => inner.Listen();

        public ValueTask DisposeAsync()
        {
            hook.Open--;
            return inner.DisposeAsync();
        }
    }
}
