using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Proxify.Configuration;
using Proxify.FunctionalTests.Harness;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.FunctionalTests.Sessions;

/// <summary>What may run between dial and relay, over real connections.</summary>
public sealed class StageTests
{
    [Theory, EveryTransport]
    public async Task A_header_to_the_target_comes_before_the_clients_bytes(string transport)
    {
        var header = new byte[100];
        await using var proxy = new Proxy(transport, async session =>
        {
            var sent = await session.Target!.SendAsync(Encoding.ASCII.GetBytes($"PROXY TCP4 {session.Client.Remote} {session.Client.Local}\r\n"));
            return sent.Error == SocketError.Success ? null : TerminationReason.TargetReset;
        });
        using var client = await Peer.ConnectAsync(proxy.Endpoint);
        await client.SendAsync(100_000);
        client.Fin();

        using var target = await proxy.Target.AcceptAsync();

        var expected = $"PROXY TCP4 {client.Local} {client.Remote}\r\n";
        for (var received = 0; received < expected.Length;)
            received += await target.Socket.ReceiveAsync(header.AsMemory(received, expected.Length - received)).Within();
        Assert.Equal(expected, Encoding.ASCII.GetString(header, 0, expected.Length));
        await target.ReceiveAsync(100_000);
        await target.ExpectFinAsync();
        await target.SendAsync(1_000);
        target.Fin();
        await client.ReceiveAsync(1_000);
        await client.ExpectFinAsync();
        Assert.Equal(TerminationReason.Done, await proxy.NextEndAsync());
    }

    [Theory, EveryTransport]
    public async Task A_stage_may_take_the_clients_first_bytes_for_itself(string transport)
    {
        await using var proxy = new Proxy(transport, async session =>
        {
            var hello = await session.Client.ReceiveAsync(new byte[1]);
            var answer = await session.Client.SendAsync("!"u8.ToArray());
            return (hello.Bytes, answer.Bytes) == (1, 1) ? null : TerminationReason.ClientReset;
        });
        using var client = await Peer.ConnectAsync(proxy.Endpoint);
        using var target = await proxy.Target.AcceptAsync();
        await client.Socket.SendAsync("?"u8.ToArray()).WaitAsync(Patience.Limit);
        Assert.Equal(1, await client.Socket.ReceiveAsync(new byte[10]).Within());

        await Peer.PingPongAsync(client, target);

        client.Reset();
        await target.ExpectResetAsync();
        Assert.Equal(TerminationReason.ClientReset, await proxy.NextEndAsync());
    }

    [Theory, EveryTransport]
    public async Task A_stage_that_refuses_resets_both_sides(string transport)
    {
        await using var proxy = new Proxy(transport, static async session =>
        {
            await session.Client.ReceiveAsync(new byte[1]); // or the client may be reset before it has seen that it is connected
            return TerminationReason.Denied;
        });
        using var client = await Peer.ConnectAsync(proxy.Endpoint);
        using var target = await proxy.Target.AcceptAsync();
        await client.SendAsync(1);

        await client.ExpectResetAsync();
        await target.ExpectResetAsync();
        Assert.Equal(TerminationReason.Denied, await proxy.NextEndAsync());
    }

    [Theory, EveryTransport]
    public async Task A_session_that_is_aborted_in_a_stage_ends_for_the_reason_given(string transport)
    {
        await using var proxy = new Proxy(transport, static async session =>
        {
            var received = await session.Client.ReceiveAsync(new byte[1]);
            return received.Error == SocketError.OperationAborted ? session.AbortReason : null;
        });
        using var client = await Peer.ConnectAsync(proxy.Endpoint);
        using var target = await proxy.Target.AcceptAsync();

        await Patience.Eventually(() => proxy.Registry.Snapshot().Any(session => session.Target is not null));
        proxy.Registry.Snapshot().Single().Abort(TerminationReason.Drained);

        await client.ExpectResetAsync();
        await target.ExpectResetAsync();
        Assert.Equal(TerminationReason.Drained, await proxy.NextEndAsync());
    }

    /// <summary>A listener whose every connection is a session of one app with one stage.</summary>
    private sealed class Proxy : IPortOwner, ISessionObserver, IAsyncDisposable
    {
        private readonly Channel<TerminationReason> _ends = Channel.CreateUnbounded<TerminationReason>();
        private readonly ITransport _transport;
        private readonly IListener _listener;

        public Proxy(string transport, Func<Session, ValueTask<TerminationReason?>> stage)
        {
            var app = new AppConfig { Name = "a", Ports = [1], Targets = [new TargetConfig("127.0.0.1", Target.Port)] };
            var models = new ProxyRuntime(
                ModelBuilder.Build(new ProxyConfig { Apps = [app], DefaultApp = DefaultAppConfig.App("a") }, previous: null));
            _transport = EveryTransportAttribute.Find(transport).Create(TimeProvider.System);
            var pipeline = new SessionPipeline(models, Registry, this, this, TimeProvider.System, NullLogger.Instance, stages: new Stage(stage));
            _listener = _transport.Listen(new TcpEndpoint(IPAddress.Loopback, 0), pipeline);
        }

        public PeerListener Target { get; } = PeerListener.Start();

        public SessionRegistry Registry { get; } = new();

        public IPEndPoint Endpoint => _listener.Endpoint.ToIPEndPoint();

        public Task<TerminationReason> NextEndAsync() => _ends.Reader.ReadAsync().Within();

        public async ValueTask DisposeAsync()
        {
            await _listener.DisposeAsync();
            await _transport.DisposeAsync();
            Target.Dispose();
        }

        bool IPortOwner.BelongsToDefaultApp(ushort port) => true;

        bool IPortOwner.HasTakenTokens(ushort port) => false;

        bool IPortOwner.IsOurs(ushort port, bool hasAccepted) => false;

        void ISessionObserver.Ended(Session session, TerminationReason reason) => _ends.Writer.TryWrite(reason);
    }

    private sealed class Stage(Func<Session, ValueTask<TerminationReason?>> run) : ISessionStage
    {
        public ValueTask<TerminationReason?> RunAsync(Session session) => run(session);
    }
}
