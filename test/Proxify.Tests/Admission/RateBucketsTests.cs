using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class RateBucketsTests
{
    private const ulong Now = 1_000_000_000_000_000;

    private static readonly UInt128 s_one = (UInt128)1 << 64;
    private static readonly UInt128 s_another = (UInt128)2 << 64;
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly SourceBuckets _buckets = new();

    [Fact]
    public void A_flood_that_an_apps_rate_refuses_spends_nothing_of_the_proxys()
    {
        var global = Rates(all: 10);
        var flooded = Rates(all: 1);

        Assert.Equal(LimitKind.None, RateBuckets.Take(global, flooded, s_one, Now));
        for (var i = 0; i < 20; i++)
            Assert.Equal(LimitKind.Rate, RateBuckets.Take(global, flooded, s_one, Now));

        for (var i = 0; i < 9; i++)
            Assert.Equal(LimitKind.None, RateBuckets.Take(global, null, s_another, Now));
        Assert.Equal(LimitKind.Rate, RateBuckets.Take(global, null, s_another, Now));
    }

    [Fact]
    public void What_one_source_is_refused_by_the_app_costs_neither_it_nor_others_anything_else()
    {
        var global = Rates(all: 10, perSource: 5);
        var app = Rates(perSource: 1);

        Assert.Equal(LimitKind.None, RateBuckets.Take(global, app, s_one, Now));
        for (var i = 0; i < 20; i++)
            Assert.Equal(LimitKind.RatePerSource, RateBuckets.Take(global, app, s_one, Now));

        for (var i = 0; i < 4; i++)
            Assert.Equal(LimitKind.None, RateBuckets.Take(global, null, s_one, Now));
        Assert.Equal(LimitKind.RatePerSource, RateBuckets.Take(global, null, s_one, Now));
        Assert.Equal(LimitKind.None, RateBuckets.Take(global, null, s_another, Now));
    }

    [Fact]
    public void What_the_proxys_rate_refuses_costs_a_source_nothing()
    {
        var global = Rates(all: 1, perSource: 1);

        Assert.Equal(LimitKind.None, RateBuckets.Take(global, null, s_one, Now));
        for (var i = 0; i < 5; i++)
            Assert.Equal(LimitKind.Rate, RateBuckets.Take(global, null, s_another, Now));
    }

    private RateBuckets Rates(int all = 0, int perSource = 0) =>
        new(new RateLimits(Of(all), Of(perSource), SourceMask.OfLengths(32, 64)), _buckets);

    private static Rate Of(int anHour) => anHour == 0 ? Rate.None : Rate.Of(anHour, s_hour, anHour);
}
