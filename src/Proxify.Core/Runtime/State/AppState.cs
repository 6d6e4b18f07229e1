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
    private readonly StripedCounter[] _ended = CreateCounters(TerminationReasons.All.Length);
    private readonly StripedCounter[] _refused = CreateCounters(1 + LimitKindWords.All.Length);
    private volatile TargetGroup _group = null!;

    public string Name { get; } = name;

    public StripedCounter SessionsActive { get; } = new();

    /// <summary>Bytes of ended sessions, and of live ones as of the last time that somebody asked.</summary>
    public StripedCounter BytesFromClients { get; } = new();

    public StripedCounter BytesFromTargets { get; } = new();

    internal LogThrottle ConnectFailures { get; } = new();

    internal LogThrottle LimitReached { get; } = new();

    public StripedCounter Ended(TerminationReason reason) => _ended[(int)reason];

    /// <summary>Sessions that have been let in, and have not ended.</summary>
    public SessionSlots Sessions { get; } = new();

    /// <summary>Those of each source, waiting ones included, as long as they are limited.</summary>
    public SourceSlots Sources { get; } = new();

    /// <summary>Sessions that wait for a place, or for a target that is not full.</summary>
    public WaitingLine Line { get; } = new();

    public StripedCounter Refused(LimitKind kind) => _refused[(int)kind];

    public TargetStates Targets { get; } = new();

    /// <summary>
    /// The app's group of the model in force: what sessions pick from, those of older models as well. Whoever waits would otherwise wait for targets of
    /// yesterday, and keep those behind it waiting.
    /// </summary>
    internal TargetGroup Group
    {
        get => _group;
        set => _group = value;
    }

    public Turns Turns { get; } = new();

    /// <summary>Of the backup targets, which have a round of their own.</summary>
    public Turns BackupTurns { get; } = new();

    private static StripedCounter[] CreateCounters(int count)
    {
        var counters = new StripedCounter[count];
        for (var i = 0; i < counters.Length; i++)
            counters[i] = new StripedCounter();
        return counters;
    }
}
