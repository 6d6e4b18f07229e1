using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Proxify.Framing;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>
/// Requests of many clients over few connections. A client that wants a connection of its own gets one, and is relayed from then on; so is every client of a
/// transport without channels.
/// </summary>
internal sealed class MultiplexedProtocol(
    TcpProtocol relay, TargetDialer dialer, int workers, SessionRegistry registry, TimeProvider timeProvider, ILogger logger) : IAppProtocol
{
    private readonly ConditionalWeakTable<AppModel, FramedApp> _apps = [];

    public async ValueTask<TerminationReason> ServeAsync(Session session)
    {
        var app = _apps.GetValue(session.App, static app => new FramedApp(app));
        var client = new SharedClient(session, app);
        if (!client.IsOpen)
        {
            session.App.State.OwnConnections(OwnConnectionCause.Transport).Add(1);
            session.Exchange!.Own = OwnConnectionCause.Transport;
            session.EndExchange();
            return await relay.ServeAsync(session);
        }

        try
        {
            if (await ShareAsync(session, client) is { } ended)
                return ended;
            if (client.Introduction.Count > 0)
                session.Exchange!.Introduction = target => IntroduceAsync(session, client, target);
            return await relay.ServeAsync(session);
        }
        finally
        {
            client.Leave();
        }
    }

    /// <returns>Null: it gets a connection of its own.</returns>
    private async ValueTask<TerminationReason?> ShareAsync(Session session, SharedClient client)
    {
        var join = new Joining(this, session, client);
        while (true)
        {
            if (await dialer.ReachAsync(session, join) is { } unreached)
                return await FailAsync(session, client, unreached);
            client.Attach(join.Connection!);
            switch (await client.NextAsync())
            {
                case ClientStep.Own:
                    client.Detach();
                    return null;
                case ClientStep.End:
                    if (client.Reason == TerminationReason.Done)
                        session.Client.Close();
                    return client.Reason;
                default:
                    session.LeaveTarget();
                    session.SetPicked(session.App.State.Group, Balancing.Balancer.None);
                    break;
            }
        }
    }

    /// <summary>Says what its client has said to the proxy alone; the client has had its answers.</summary>
    private async ValueTask<bool> IntroduceAsync(Session session, SharedClient client, Connection target)
    {
        var requests = client.Introduction;
        using var deadline = new Deadline(target, session.App.Timeouts.Handshake, timeProvider);
        foreach (var request in requests)
        {
            if ((await target.SendAsync(request)).Error != SocketError.Success)
                return false;
        }

        var buffer = new byte[4096];
        var state = default(ScanState);
        for (var awaited = requests.Count; awaited > 0;)
        {
            var received = await target.ReceiveAsync(buffer);
            if (received.Error != SocketError.Success || received.Bytes == 0)
                return false;
            for (var at = 0; at < received.Bytes && awaited > 0;)
            {
                var scan = client.App.Codec.ScanReply(buffer.AsSpan(at, received.Bytes - at), ReplyShape.Plain, ref state);
                at += scan.Length;
                if (scan.Status == FrameStatus.Malformed)
                    return false;
                if (scan.Status == FrameStatus.Complete)
                    (state, awaited) = (default, awaited - 1);
            }
        }

        target.ForgetReceived();
        return deadline.TryStop();
    }

    private static async ValueTask<TerminationReason> FailAsync(Session session, SharedClient client, TerminationReason reason)
    {
        if (reason != TerminationReason.ConnectFailed)
            return reason;
        client.Fail();
        await client.NextAsync();
        if (client.Reason == TerminationReason.Done)
            session.Client.Close(); // what was said last still arrives
        return reason;
    }

    private ConnectionPool PoolOf(IWorker worker, FramedApp app, TargetState target, TcpEndpoint endpoint)
    {
        if (!worker.Locals.TryGetValue(this, out var pools))
            worker.Locals.Add(this, pools = new Dictionary<(FramedApp, TargetState, TcpEndpoint), ConnectionPool>());
        var byTarget = (Dictionary<(FramedApp, TargetState, TcpEndpoint), ConnectionPool>)pools;
        if (byTarget.TryGetValue((app, target, endpoint), out var pool))
            return pool;
        foreach (var (key, _) in byTarget.Where(static entry => entry.Value.IsEmpty))
            byTarget.Remove(key); // of apps and targets of yesterday, as a rule
        byTarget.Add((app, target, endpoint), pool = new(app, target, endpoint, worker, workers, dialer, registry, timeProvider, logger));
        return pool;
    }

    /// <summary>Reaches a target by a connection that is there, or will be.</summary>
    private sealed class Joining(MultiplexedProtocol protocol, Session session, SharedClient client) : ITargetReach
    {
        public PooledConnection? Connection { get; private set; }

        public async ValueTask<SocketError> ReachAsync(TargetState target, TcpEndpoint endpoint)
        {
            (Connection, var error) = await protocol.PoolOf(session.Client.Worker!, client.App, target, endpoint).JoinAsync(session);
            if (Connection is not null)
                session.Exchange!.Target = endpoint;
            return session.IsAborted ? SocketError.OperationAborted : error;
        }
    }
}
