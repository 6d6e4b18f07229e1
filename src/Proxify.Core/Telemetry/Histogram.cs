namespace Proxify.Telemetry;

/// <summary>
/// How often values fell between given bounds, as Prometheus counts them. Plain numbers: a session adds to one at its beginning and to two at its end, and
/// there may be 16,000 apps, each with three, and many processors, for each of which a <see cref="StripedCounter"/> would have its own.
/// </summary>
/// <param name="bounds">Ascending; a value counts for the first bound that it does not exceed.</param>
/// <param name="scale">What a value is multiplied by to be summed as a whole number: a million for seconds.</param>
internal sealed class Histogram(double[] bounds, double scale)
{
    private readonly long[] _counts = new long[bounds.Length + 1];
    private long _sum;

    public IReadOnlyList<double> Bounds => bounds;

    /// <summary>Of all values.</summary>
    public double Sum => Volatile.Read(ref _sum) / scale;

    /// <param name="value">A value.</param>
    /// <param name="times">How often there was one like it.</param>
    public void Add(double value, int times = 1)
    {
        var i = 0;
        while (i < bounds.Length && value > bounds[i])
            i++;
        Interlocked.Add(ref _counts[i], times);
        Interlocked.Add(ref _sum, (long)(value * scale) * times);
    }

    /// <summary>How many values fell below or on each bound and above the one before; the last number is of those above all of them.</summary>
    public void Read(Span<long> counts)
    {
        for (var i = 0; i < _counts.Length; i++)
            counts[i] = Volatile.Read(ref _counts[i]);
    }
}
