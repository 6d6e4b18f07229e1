namespace Proxify.SteeringBench;

static class Statistics
{
    public static double Median(IEnumerable<double> samples) => Percentile(samples, 50);

    public static double Percentile(IEnumerable<double> samples, double percent)
    {
        var sorted = samples.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Round(percent / 100 * (sorted.Length - 1))];
    }
}
