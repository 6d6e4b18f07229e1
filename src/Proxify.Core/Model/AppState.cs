using Proxify.Balancing;
using Proxify.Telemetry;

namespace Proxify.Model;

/// <summary>What an app is beyond one config: its counters, the states of its endpoints, and how far its rounds over them have come. Survives reloads under the app's name.</summary>
public sealed class AppState(string name)
{
    private readonly StripedCounter[] _ended = CreateCounters();

    public string Name { get; } = name;

    public StripedCounter SessionsActive { get; } = new();

    /// <summary>Bytes of ended sessions; live ones carry their own count.</summary>
    public StripedCounter BytesFromClients { get; } = new();

    public StripedCounter BytesFromTargets { get; } = new();

    public RateLimiter ConnectFailures { get; } = new();

    public StripedCounter Ended(TerminationReason reason) => _ended[(int)reason];

    public TargetStates Targets { get; } = new();

    public Turns Turns { get; } = new();

    /// <summary>Of the backup targets, which have a round of their own.</summary>
    public Turns BackupTurns { get; } = new();

    private static StripedCounter[] CreateCounters()
    {
        var counters = new StripedCounter[TerminationReasons.All.Length];
        for (var i = 0; i < counters.Length; i++)
            counters[i] = new StripedCounter();
        return counters;
    }
}
