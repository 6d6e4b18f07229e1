namespace Proxify.Telemetry;

/// <summary>
/// How often values fell between given bounds, as Prometheus counts them. Added to by many threads, read by few: see <see cref="StripedCounter"/>.
/// </summary>
/// <param name="bounds">Ascending; a value counts for the first bound that it does not exceed.</param>
/// <param name="scale">What a value is multiplied by to be summed as a whole number: a million for seconds.</param>
internal sealed class Histogram(double[] bounds, double scale)
{
    private readonly StripedCounter[] _counters = StripedCounter.Together(bounds.Length + 2);

    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Of all values.</summary>
    public double Sum => _counters[^1].Value / scale;

    public void Add(double value)
    {
        var i = 0;
        while (i < bounds.Length && value > bounds[i])
            i++;
        _counters[i].Add(1);
        _counters[^1].Add((long)(value * scale));
    }

    /// <summary>How many values fell below or on each bound and above the one before; the last number is of those above all of them.</summary>
    public void Read(Span<long> counts)
    {
        for (var i = 0; i <= bounds.Length; i++)
            counts[i] = _counters[i].Value;
    }
}
