using CsCheck;
using Proxify.Admission;

namespace Proxify.Tests.Admission;

public sealed class TokenBucketTests
{
    private const ulong Second = 1_000_000_000;

    private static readonly Gen<Rate> s_rate =
        Gen.Select(Gen.Int[1, 1000], Gen.OneOf(Gen.Const(TimeSpan.FromSeconds(1)), Gen.Const(TimeSpan.FromMinutes(1))), Gen.Int[1, 20], Rate.Of);

    [Fact]
    public void Bucket_gives_what_a_counter_of_whole_tokens_gives()
    {
        // The model: tokens are counted, and come back one by one an interval after the first one was taken from a full bucket.
        Gen.Select(s_rate, Gen.ULong[0, 3 * Second].Array[1, 200]).Sample((rate, steps) =>
        {
            var burst = rate.Capacity / rate.Interval;
            var (now, fullAt) = (Second, 0UL);
            var (tokens, next) = (burst, 0UL);
            foreach (var step in steps)
            {
                now += step % (2 * rate.Interval);
                for (; tokens < burst && next <= now; next += rate.Interval)
                    tokens++;
                var expected = tokens > 0;
                if (expected)
                {
                    if (tokens == burst)
                        next = now + rate.Interval;
                    tokens--;
                }

                Assert.Equal(expected, TokenBucket.TryTake(ref fullAt, rate, now));
            }
        });
    }

    [Fact]
    public void In_any_time_no_more_pass_than_the_burst_and_what_came_back()
    {
        Gen.Select(s_rate, Gen.ULong[0, Second].Array[2, 300]).Sample((rate, steps) =>
        {
            var (now, fullAt) = (Second, 0UL);
            var passed = new List<ulong>();
            foreach (var step in steps)
            {
                now += step % (2 * rate.Interval);
                if (TokenBucket.TryTake(ref fullAt, rate, now))
                    passed.Add(now);
            }

            for (var first = 0; first < passed.Count; first += 7)
            {
                for (var last = first; last < passed.Count; last++)
                    Assert.True((ulong)(last - first + 1) <= (rate.Capacity + passed[last] - passed[first]) / rate.Interval);
            }
        });
    }

    [Fact]
    public void A_bucket_that_is_left_alone_is_full_again()
    {
        var rate = Rate.Of(10, TimeSpan.FromSeconds(1), burst: 5);
        var fullAt = 0UL;
        foreach (var now in new[] { Second, 10 * Second })
        {
            for (var i = 0; i < 5; i++)
                Assert.True(TokenBucket.TryTake(ref fullAt, rate, now));
            Assert.False(TokenBucket.TryTake(ref fullAt, rate, now));
        }
    }

    [Fact]
    public void Threads_at_once_get_exactly_what_is_in_the_bucket()
    {
        var rate = Rate.Of(1, TimeSpan.FromHours(1), burst: 1000);
        var fullAt = 0UL;
        var taken = 0;

        Parallel.For(0, 4, _ =>
        {
            for (var i = 0; i < 1000; i++)
            {
                if (TokenBucket.TryTake(ref fullAt, rate, Second))
                    Interlocked.Increment(ref taken);
            }
        });

        Assert.Equal(1000, taken);
    }
}
