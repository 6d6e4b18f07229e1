using Proxify.Telemetry;

namespace Proxify.Tests.Telemetry;

public sealed class HistogramTests
{
    [Fact]
    public void A_value_counts_for_the_first_bound_that_it_does_not_exceed()
    {
        var histogram = new Histogram([0.5, 1, 10], scale: 1e6);
        foreach (var value in (double[])[0, 0.5, 0.6, 10, 11, 1e6])
            histogram.Add(value);

        var counts = new long[4];
        histogram.Read(counts);

        Assert.Equal([2, 1, 1, 2], counts);
        Assert.Equal(1_000_022.1, histogram.Sum, precision: 5);
    }
}
