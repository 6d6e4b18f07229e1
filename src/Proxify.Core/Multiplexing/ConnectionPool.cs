using System.Collections.Immutable;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Proxify.Framing;
using Proxify.Runtime;
using Proxify.Sessions;
using Proxify.Telemetry;
using Proxify.Transport;

namespace Proxify.Multiplexing;

/// <summary>One worker's shared connections to one endpoint of an app.</summary>
internal sealed class ConnectionPool(
    FramedApp app, TargetState target, TcpEndpoint endpoint, IWorker worker, int workers, TargetDialer dialer, SessionRegistry registry,
    TimeProvider timeProvider, ILogger logger)
{
    /// <summary>Where one is held up by a client that does not read, the others get so many more.</summary>
    private const int MostExtra = 1;

    private readonly List<PooledConnection> _connections = [];
    private readonly LogThrottle _slow = new(burst: 10);
    private readonly LogThrottle _feedFailures = new();
    private ChangeFeed? _feed;

    public FramedApp App => app;

    public TargetState Target => target;

    public TcpEndpoint Endpoint => endpoint;

    public IWorker Worker => worker;

    public TargetDialer Dialer => dialer;

    public TimeProvider TimeProvider => timeProvider;

    public ILogger Logger => logger;

    public Registry<Session> Registry => registry.Pooled;

    /// <summary>Whether there is a connection that anybody may use, or may be one.</summary>
    public bool HasFree => MayMake || _connections.Exists(static c => c is { IsOver: false, IsFree: true, IsRetiring: false });

    private bool MayMake => _connections.Count(static c => c is { IsReserved: false, IsRetiring: false }) < app.Requests.Connections + MostExtra;

    /// <summary>Finds a connection with few clients, or makes one.</summary>
    /// <returns>The connection, or why there is none.</returns>
    public async ValueTask<(PooledConnection? Connection, SocketError Error)> JoinAsync(Session session)
    {
        var connection = Least(static c => c.IsOpen && c.IsFree);
        if (connection is null || _connections.Count < app.Requests.Connections)
        {
            var opening = Least(static c => !c.IsOpen) ?? TryMake(session);
            connection ??= opening ?? Least(static c => c.IsOpen);
        }

        if (connection is null)
            return (null, SocketError.OperationAborted);
        if (connection.IsOpen)
            return (connection, SocketError.Success);
        var error = await connection.Opened;
        return error == SocketError.Success && connection.IsOver ? (null, SocketError.ConnectionReset)
            : error == SocketError.Success ? (connection, error) : (null, error);
    }

    /// <summary>A line a second is enough to know what is slow.</summary>
    public bool MayLogSlow(out Count suppressed) => _slow.TryPass(timeProvider, TimeSpan.FromSeconds(1), out suppressed);

    /// <summary>One that is not told stays off for a while.</summary>
    public bool MayLogFeed(out Count suppressed) => _feedFailures.TryPass(timeProvider, TimeSpan.FromMinutes(1), out suppressed);

    public bool IsEmpty => _connections.Count == 0;

    /// <summary>Null: nothing is kept.</summary>
    public ReplyCache? Cache { get; private set; }

    public void Remove(PooledConnection connection)
    {
        if (!_connections.Remove(connection) || _connections.Count > 0)
            return;
        _feed?.Stop();
        Cache?.Dispose();
        (_feed, Cache) = (null, null);
    }

    public void ReportDefect(Exception exception) => MultiplexingLog.ConnectionFailed(logger, app.Name, target.Address, exception);

    private PooledConnection? TryMake(Session session)
    {
        if (!MayMake)
            return null;
        var made = new PooledConnection(this, session);
        if (_connections.Count == 0 && app.Model.Framing!.Cache is { } kept && app.Codec is ICacheCodec codec)
        {
            Cache = new ReplyCache(kept, codec, kept.Memory / Math.Max(1, workers * app.Model.State.Group.Endpoints.Length), app.Model.State.CountCache());
            _feed = new ChangeFeed(this, session, Cache, WithoutNested(kept.Prefixes));
            _feed.Start();
        }

        _connections.Add(made);
        worker.Originate(made);
        return made;
    }

    /// <summary>redis takes no prefix that begins with another.</summary>
    private static List<ReadOnlyMemory<byte>> WithoutNested(ImmutableArray<ImmutableArray<byte>> prefixes)
    {
        var kept = new List<ReadOnlyMemory<byte>>();
        foreach (var prefix in prefixes.OrderBy(static prefix => prefix.Length))
        {
            if (!kept.Exists(shorter => prefix.AsSpan().StartsWith(shorter.Span)))
                kept.Add(prefix.AsMemory());
        }

        return kept;
    }

    private PooledConnection? Least(Func<PooledConnection, bool> isWanted)
    {
        PooledConnection? least = null;
        foreach (var connection in _connections)
        {
            if (isWanted(connection) && connection is { IsOver: false, IsRetiring: false } && (least is null || connection.Clients < least.Clients))
                least = connection;
        }

        return least;
    }
}
