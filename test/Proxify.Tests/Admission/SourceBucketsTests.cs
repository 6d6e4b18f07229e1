using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class SourceBucketsTests
{
    private const ulong Now = 1_000_000_000_000;

    private static readonly Rate s_twoAnHour = Rate.Of(2, TimeSpan.FromHours(1), burst: 2);

    private readonly SourceBuckets _buckets = new();

    [Fact]
    public void Each_source_has_a_bucket_of_its_own()
    {
        var owner = _buckets.NextOwner();
        foreach (UInt128 source in (UInt128[])[1, 2, UInt128.MaxValue])
        {
            Assert.True(_buckets.TryTake(owner, source, s_twoAnHour, Now));
            Assert.True(_buckets.TryTake(owner, source, s_twoAnHour, Now));
            Assert.False(_buckets.TryTake(owner, source, s_twoAnHour, Now));
        }
    }

    [Fact]
    public void Each_owner_has_buckets_of_its_own()
    {
        foreach (var owner in new[] { _buckets.NextOwner(), _buckets.NextOwner() })
        {
            Assert.True(_buckets.TryTake(owner, 1, s_twoAnHour, Now));
            Assert.True(_buckets.TryTake(owner, 1, s_twoAnHour, Now));
            Assert.False(_buckets.TryTake(owner, 1, s_twoAnHour, Now));
        }
    }

    [Fact]
    public void A_flood_of_sources_does_not_make_one_forgotten_that_has_spent_its_tokens()
    {
        var owner = _buckets.NextOwner();
        var offender = (UInt128)0xbad << 64;
        Assert.True(_buckets.TryTake(owner, offender, s_twoAnHour, Now));
        Assert.True(_buckets.TryTake(owner, offender, s_twoAnHour, Now));

        for (UInt128 source = 0; source < 10 * SourceBuckets.Capacity; source++)
            Assert.True(_buckets.TryTake(owner, source, s_twoAnHour, Now));

        Assert.False(_buckets.TryTake(owner, offender, s_twoAnHour, Now));
    }

    [Fact]
    public void A_flood_of_sources_allocates_nothing()
    {
        var owner = _buckets.NextOwner();
        _buckets.TryTake(owner, 0, s_twoAnHour, Now);
        UInt128 source = 0;

        Assert.Equal(
            0,
            Allocations.Of(() =>
            {
                for (var i = 0; i < 200_000; i++)
                    _buckets.TryTake(owner, source++, s_twoAnHour, Now);
            }));
    }
}
