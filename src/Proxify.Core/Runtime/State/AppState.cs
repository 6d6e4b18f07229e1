using Proxify.Admission;
using Proxify.Balancing;
using Proxify.Telemetry;

namespace Proxify.Runtime;

/// <summary>
/// What an app is beyond one config: its counters, the states of its endpoints, and how far its rounds over them have come. Survives reloads under the app's
/// name.
/// </summary>
internal sealed class AppState(string name)
{
    /// <summary>
    /// In seconds: a neighbour answers below a millisecond, another continent in some hundred, a lost SYN after 1, 3 and 7 s. The default boundaries of
    /// OpenTelemetry begin at 5 s.
    /// </summary>
    public static readonly double[] ConnectBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly StripedCounter[] _ended = StripedCounter.Together(TerminationWords.All.Length);
    private readonly StripedCounter[] _refused = StripedCounter.Together(1 + LimitKindWords.All.Length);
    private readonly StripedCounter[] _ownConnections = StripedCounter.Together(OwnConnectionWords.All.Length);
    private readonly StripedCounter[] _sessions = StripedCounter.Together(3);
    private CacheCounters? _cache;
    private volatile TargetGroup? _group;
    private volatile Lazy<TargetGroup>? _groupOnDemand;

    public string Name { get; } = name;

    public StripedCounter SessionsActive => _sessions[0];

    /// <summary>Bytes of ended sessions, and of live ones as of the last time that somebody asked.</summary>
    public StripedCounter BytesFromClients => _sessions[1];

    public StripedCounter BytesFromTargets => _sessions[2];

    /// <summary>Seconds to a connected target.</summary>
    public Histogram ConnectTimes { get; } = new(ConnectBounds, scale: 1e6);

    /// <summary>Seconds for which clients have waited for their target's first byte.</summary>
    public Histogram FirstBytes { get; } = new(ConnectBounds, scale: 1e6);

    /// <summary>Seconds from accept to the end: requests take milliseconds, pooled connections days.</summary>
    public Histogram Durations { get; } = new([0.01, 0.1, 1, 10, 60, 600, 3600, 6 * 3600, 86400], scale: 1e6);

    /// <summary>Bytes of a session, both ways together.</summary>
    public Histogram Sizes { get; } = new([1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10], scale: 1);

    internal LogThrottle ConnectFailures { get; } = new();

    internal LogThrottle SourceFailures { get; } = new();

    internal LogThrottle LimitReached { get; } = new();

    /// <summary>Records of clients with which the app's TLS has come to nothing: anybody can make as many as a second has handshakes.</summary>
    internal LogThrottle HandshakeFailures { get; } = new(burst: 20);

    /// <summary>What is recorded of its sessions, those of older models included. Set by <see cref="ProxyRuntime"/> alone.</summary>
    public EffectiveAccessLog AccessLog { get; set; } = EffectiveAccessLog.Default;

    public StripedCounter Ended(TerminationReason reason) => _ended[(int)reason];

    /// <summary>What is kept of its replies; null: nothing was.</summary>
    public CacheCounters? Cache => Volatile.Read(ref _cache);

    /// <summary><see cref="Cache"/>, from now on.</summary>
    public CacheCounters CountCache() => _cache ?? Interlocked.CompareExchange(ref _cache, new CacheCounters(), null) ?? _cache!;

    /// <summary>Clients that got connections of their own, where the proxy knows requests.</summary>
    public StripedCounter OwnConnections(OwnConnectionCause cause) => _ownConnections[(int)cause];

    /// <summary>Sessions that have been let in, and have not ended.</summary>
    public SessionSlots Sessions { get; } = new();

    /// <summary>Those of each source, waiting ones included, as long as they are limited.</summary>
    public SourceSlots Sources { get; } = new();

    /// <summary>Sessions that wait for a place, or for a target that is not full.</summary>
    public WaitingLine Line { get; } = new();

    public StripedCounter Refused(LimitKind kind) => _refused[(int)kind];

    public EndpointStates Targets { get; } = new();

    /// <summary>
    /// The endpoints in force, and what picks among them: for sessions of older models, too. Whoever waits would otherwise wait for targets of yesterday, and
    /// keep those behind it waiting. Set by <see cref="ProxyRuntime"/> alone.
    /// </summary>
    public TargetGroup Group => _group ?? _groupOnDemand!.Value;

    /// <summary><see cref="Group"/> is there and costs nothing.</summary>
    public bool HasGroup => _group is not null || _groupOnDemand?.IsValueCreated == true;

    /// <summary>Where the rounds over the endpoints go on.</summary>
    public Turns Turns { get; } = new();

    /// <summary>Of the backup targets, which have a round of their own.</summary>
    public Turns BackupTurns { get; } = new();

    public void SetGroup(TargetGroup group) => _group = group;

    /// <summary>Of a pool of many apps' endpoints, which few ask for: made for the first who does.</summary>
    public void SetGroup(Lazy<TargetGroup> onDemand) => _groupOnDemand = onDemand;
}
