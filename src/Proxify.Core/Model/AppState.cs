using Proxify.Telemetry;

namespace Proxify.Model;

/// <summary>What an app is beyond one config: its counters and its place in the round. Survives reloads under the app's name.</summary>
public sealed class AppState(string name)
{
    private readonly StripedCounter[] _ended = CreateCounters();
    private uint _round;

    public string Name { get; } = name;

    public StripedCounter SessionsActive { get; } = new();

    /// <summary>Bytes of ended sessions; live ones carry their own count.</summary>
    public StripedCounter BytesFromClients { get; } = new();

    public StripedCounter BytesFromTargets { get; } = new();

    public RateLimiter ConnectFailures { get; } = new();

    public StripedCounter Ended(TerminationReason reason) => _ended[(int)reason];

    /// <summary>The next place in the round robin over <paramref name="count"/> targets.</summary>
    public int NextInRound(int count) => (int)(Interlocked.Increment(ref _round) % (uint)count);

    private static StripedCounter[] CreateCounters()
    {
        var counters = new StripedCounter[TerminationReasons.All.Length];
        for (var i = 0; i < counters.Length; i++)
            counters[i] = new StripedCounter();
        return counters;
    }
}
