using Proxify.Telemetry;

namespace Proxify.Runtime;

/// <summary>What the requests to an endpoint came to, where the proxy knows them. Written by the workers that send them.</summary>
internal sealed class RequestCounters
{
    private static readonly double[] BatchBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    /// <summary>In seconds: a neighbour that keeps its data in memory answers in some ten microseconds.</summary>
    private static readonly double[] LatencyBounds =
        [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly StripedCounter[] _counts = StripedCounter.Together(4);

    /// <summary>Requests that were sent to it, those included that are sent a second time.</summary>
    public StripedCounter Sent => _counts[0];

    /// <summary>Replies that have come.</summary>
    public StripedCounter Answered => _counts[1];

    /// <summary>Requests whose connection was lost before their reply, or that it was closed for.</summary>
    public StripedCounter Lost => _counts[2];

    /// <summary>Those of them that were sent again elsewhere, as they change nothing.</summary>
    public StripedCounter SentAgain => _counts[3];

    /// <summary>Requests that wait for their reply.</summary>
    public long InFlight => Math.Max(0, Sent.Value - Answered.Value - Lost.Value);

    /// <summary>How many requests went out together.</summary>
    public Histogram Batches { get; } = new(BatchBounds, scale: 1);

    /// <summary>Seconds from sending a request to the end of its reply.</summary>
    public Histogram Latencies { get; } = new(LatencyBounds, scale: 1e6);
}
