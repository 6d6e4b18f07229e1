using Proxify.Caching;

namespace Proxify.Tests.Caching;

public sealed class FrequencySketchTests
{
    private const long Many = 1 << 30; // entries: nothing is halved for long

    [Fact]
    public void Counts_are_never_too_low_and_end_at_the_most()
    {
        using var sketch = new FrequencySketch(lines: 64);
        for (var hash = 0u; hash < 100; hash++)
        {
            for (var i = 0; i < hash % 20; i++)
                sketch.Count(hash, Many);
        }

        Assert.All(Enumerable.Range(0, 100), hash => Assert.InRange(sketch.Of((uint)hash), Math.Min(hash % 20, FrequencySketch.Most), FrequencySketch.Most));
        Assert.InRange(Enumerable.Range(0, 100).Count(hash => sketch.Of((uint)hash) == Math.Min(hash % 20, FrequencySketch.Most)), 90, 100);
    }

    [Fact]
    public void Every_count_is_halved_once_in_ten_times_as_many_questions_as_there_are_entries()
    {
        const int Entries = 10_000;
        using var sketch = new FrequencySketch(lines: 64);
        for (var hash = 0u; hash < 50; hash++)
        {
            for (var i = 0; i < 12; i++)
                sketch.Count(hash, Many);
        }

        for (var i = 0; i < Entries * 10; i++)
            sketch.Count(1_000_000, Entries);

        Assert.InRange(Enumerable.Range(0, 50).Count(hash => sketch.Of((uint)hash) == 6), 45, 50);
    }
}
