using System.Text;
using Proxify.Caching;

namespace Proxify.Tests.Caching;

/// <summary>Who stays in a store, beside what would stay in one that goes by the last use.</summary>
public sealed class HitRatioTests : IDisposable
{
    private const int Memory = 256 << 10;
    private const int Never = int.MaxValue;
    private const int Keys = 20_000; // of which about 2,000 have room

    private readonly CacheStore _store = new(Memory, maxValue: 64 << 10, maxAge: Never);
    private readonly Lru _lru = new(Memory);
    private readonly Random _random = new(1);
    private readonly double[] _sums = [.. Sums(0.9)];

    public void Dispose() => _store.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void More_questions_have_an_answer_than_in_one_that_goes_by_the_last_use(bool areSizesMixed)
    {
        var (mine, its) = Run(200_000, areSizesMixed, scanned: 0);

        Assert.True(mine > its + 0.02, $"{mine:P1} of all, {its:P1} with LRU");
    }

    /// <summary>With sizes, room in one piece has to be made again and again, at nobody's cost.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_scan_of_keys_that_nobody_asks_for_again_takes_nobodys_place(bool areSizesMixed)
    {
        var (before, _) = Run(200_000, areSizesMixed, scanned: 0);

        var (mine, its) = Run(60_000, areSizesMixed, scanned: 3);

        Assert.True(mine > before - 0.03, $"{before:P1} before, {mine:P1} in a scan");
        Assert.True(mine > its + 0.15, $"{mine:P1} in a scan, {its:P1} with LRU");
    }

    [Fact]
    public void What_was_asked_for_long_ago_gives_way_to_what_is_asked_for_now()
    {
        for (var i = 0; i < 50_000; i++)
            Ask($"then:{i % 1_000}", 100);
        for (var i = 0; i < 50_000; i++)
            Ask($"now:{i % 1_000}", 100);

        Assert.InRange(Enumerable.Range(0, 1_000).Count(i => Has($"now:{i}")), 950, 1_000);
    }

    [Fact]
    public void A_large_value_that_everybody_asks_for_gets_in_however_many_small_ones_have_to_go()
    {
        for (var i = 0; i < 10_000; i++)
            Ask($"small:{i % 5_000}", 20);
        Assert.False(Ask("large", 50 << 10));
        Assert.False(Has("large"));

        for (var i = 0; i < 16; i++)
            Ask("large", 50 << 10);

        Assert.True(Has("large"));
    }

    /// <summary>The shares of questions that have an answer; keys of a scan are not counted.</summary>
    /// <param name="questions">By Zipf's law.</param>
    /// <param name="areSizesMixed">A few values are a hundred times as large as the others.</param>
    /// <param name="scanned">New keys for each question.</param>
    private (double Store, double Lru) Run(int questions, bool areSizesMixed, int scanned)
    {
        var (mine, its) = (0, 0);
        for (var i = 0; i < questions; i++)
        {
            for (var j = 0; j < scanned; j++)
                Ask($"scan:{i}:{j}", areSizesMixed && j == 0 ? 1_500 : 64);
            var number = Math.Abs(Array.BinarySearch(_sums, _random.NextDouble() * _sums[^1]));
            var length = !areSizesMixed ? 64 : number % 20 == 7 ? 5_000 : 10 + (number % 100);
            mine += Ask($"key:{number}", length) ? 1 : 0;
            its += _lru.Ask($"key:{number}", length + 40) ? 1 : 0;
            for (var j = 0; j < scanned; j++)
                _lru.Ask($"scan:{i}:{j}", areSizesMixed && j == 0 ? 1_540 : 104);
        }

        return ((double)mine / questions, (double)its / questions);
    }

    private bool Ask(string key, int length)
    {
        var bytes = Encoding.ASCII.GetBytes(key);
        if (_store.TryGet(bytes, now: 0, out _))
            return true;
        _store.Put(bytes, new byte[length], now: 0, Never);
        return false;
    }

    /// <summary>Counts as a question, too.</summary>
    private bool Has(string key) => _store.TryGet(Encoding.ASCII.GetBytes(key), now: 0, out _);

    private static IEnumerable<double> Sums(double skew)
    {
        var sum = 0.0;
        for (var i = 1; i <= Keys; i++)
            yield return sum += 1 / Math.Pow(i, skew);
    }
}
