using System.Net;
using CsCheck;
using Proxify.Admission;
using Proxify.Steering;
using Proxify.Tests.Admission;

namespace Proxify.Tests.Steering;

/// <summary>
/// Rates in the kernel. Its clock cannot be set, so time passes by ageing the buckets: all are made an hour older at once. Rates are slow and in whole half
/// hours, so the real time that the test takes decides nothing.
/// </summary>
public sealed class SteeringRatesTests
{
    private static readonly TimeSpan s_step = TimeSpan.FromHours(1);
    private static readonly RateLimits s_oneInAll = new(Rate.Of(1, s_step, burst: 1), Rate.None, default);
    private static readonly RateLimits s_onePerSource = new(Rate.None, Rate.Of(1, s_step, burst: 1), SourceMask.OfLengths(32, 64));

    private static readonly Gen<Rate> s_rate = Gen.OneOf(
        Gen.Const(Rate.None),
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 4], (halfHours, burst) => Rate.Of(1, (halfHours * s_step / 2) + (s_step / 4), burst)));

    private static readonly Gen<RateLimits> s_limits = Gen.Select(s_rate, s_rate, Gen.Int[1, 32], Gen.Int[1, 128])
        .Select((all, perSource, ipv4, ipv6) => new RateLimits(all, perSource, SourceMask.OfLengths(ipv4, ipv6)));

    // Null: time passes.
    private static readonly Gen<IPAddress?[]> s_events =
        Gen.Frequency((4, SourceRulesGen.Address.Select(a => (IPAddress?)a)), (1, Gen.Const((IPAddress?)null))).Array[1, 60];

    [Fact]
    public void Kernel_and_user_space_agree_on_random_rates_sources_and_times()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        var buckets = new SourceBuckets();

        // Numbers tell runs apart: no limits are those of the run before.
        var run = 0;
        Gen.Select(s_limits, s_limits, s_events).Sample((global, app, events) =>
        {
            bench.Program.SetRules(SteeringRules.None);
            bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp($"app {run++}", [80], SourceRules.None, app)], Rates: global));
            var (globalRates, appRates) = (Rates(global), Rates(app));
            var now = (ulong)s_step.TotalNanoseconds * 1000;
            return events.All(source =>
            {
                if (source is null)
                {
                    now += (ulong)s_step.TotalNanoseconds;
                    Age(bench.Program.Handles);
                    return true;
                }

                var refusing = RateBuckets.Take(globalRates, appRates, SourceRulesTests.Bits(source), now);
                return bench.Syn(source, 80) == (refusing == LimitKind.None ? Outcome.Steered : Outcome.Refused);
            });
        }, iter: Cases.Of(150), threads: 1);

        Assert.NotEqual(0ul, bench.Program.ReadCounters().Limited);
        Assert.NotEqual(0ul, bench.Program.ReadCounters().Steered);

        RateBuckets? Rates(RateLimits limits) => limits.IsNone ? null : new RateBuckets(limits, buckets);
    }

    [Fact]
    public void Tokens_come_back_by_the_kernels_own_clock()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        bench.Program.SetRules(Rules(new RateLimits(Rate.Of(20, TimeSpan.FromSeconds(1), burst: 1), Rate.None, default)));

        Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.1", 80));
        Assert.Equal(Outcome.Refused, bench.Syn("10.0.0.1", 80));
        Assert.True(SpinWait.SpinUntil(() => bench.Syn("10.0.0.1", 80) == Outcome.Steered, TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public void Refusals_are_counted_and_cost_no_token()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        bench.Program.SetRules(Rules(s_oneInAll));

        for (var i = 0; i < 4; i++)
            bench.Syn("10.0.0.1", 80);

        Assert.Equal(new SteeringCounters(1, 0, 0, 0, 0, 3), bench.Program.ReadCounters());
        Age(bench.Program.Handles);
        Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.1", 80));
    }

    [Fact]
    public void A_flood_that_an_apps_rate_refuses_spends_nothing_of_the_proxys()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80, 81]);
        var tenInAll = new RateLimits(Rate.Of(10, s_step, burst: 10), Rate.None, default);
        bench.Program.SetRules(new SteeringRules(
            SourceRules.None, [new SteeredApp("flooded", [80], SourceRules.None, s_oneInAll), new SteeredApp("other", [81], SourceRules.None)],
            Rates: tenInAll));

        for (var i = 0; i < 20; i++)
            bench.Syn("10.0.0.1", 80);

        for (var i = 0; i < 9; i++)
            Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.2", 81));
        Assert.Equal(Outcome.Refused, bench.Syn("10.0.0.2", 81));
    }

    [Fact]
    public void Rates_of_as_many_apps_as_there_may_be_can_all_change_at_once()
    {
        using var bench = new SteeringBench();

        for (var burst = 1; burst <= 2; burst++)
        {
            var limits = new RateLimits(Rate.Of(1, s_step, burst), Rate.None, default);
            bench.Program.SetRules(new SteeringRules(SourceRules.None,
                [.. Enumerable.Range(1, KernelLayout.MaxApps).Select(i => new SteeredApp($"app {i}", [(ushort)i], SourceRules.None, limits))]));
        }

        Assert.Equal(KernelLayout.MaxApps,
            new BpfMap<uint, KernelLimits>(bench.Program.Handles.Limits, KernelLayout.LimitsMap).ReadAll(2 * KernelLayout.MaxApps).Keys.Length);
    }

    [Fact]
    public void A_denied_source_takes_no_token()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        bench.Program.SetRules(new SteeringRules(new SourceRules([], [IPNetwork.Parse("10.0.0.1/32")]), [], Rates: s_oneInAll));

        bench.Syn("10.0.0.1", 80);

        Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.2", 80));
    }

    [Fact]
    public void A_reload_that_leaves_rates_alone_leaves_buckets_alone()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        bench.Program.SetRules(Rules(s_onePerSource));
        Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.1", 80));

        bench.Program.SetRules(Rules(s_onePerSource, new SourceRules([], [IPNetwork.Parse("10.9.9.9/32")])));
        Assert.Equal(Outcome.Refused, bench.Syn("10.0.0.1", 80));

        bench.Program.SetRules(Rules(s_onePerSource with { All = Rate.Of(100, s_step, burst: 100) }));
        Assert.Equal(Outcome.Steered, bench.Syn("10.0.0.1", 80));
    }

    [Fact]
    public void Old_rates_leave_nothing_behind_in_the_kernel()
    {
        using var bench = new SteeringBench();
        var limits = new BpfMap<uint, KernelLimits>(bench.Program.Handles.Limits, KernelLayout.LimitsMap);

        bench.Program.SetRules(new SteeringRules(SourceRules.None, [new SteeredApp("a", [80], SourceRules.None, s_oneInAll)], Rates: s_onePerSource));
        Assert.Equal(2, limits.ReadAll(100).Keys.Length);
        bench.Program.SetRules(SteeringRules.None);

        Assert.Empty(limits.ReadAll(100).Keys);
    }

    [Fact]
    public void A_flood_of_sources_does_not_fail()
    {
        using var bench = new SteeringBench();
        bench.Program.AddPorts([80]);
        bench.Program.SetRules(Rules(s_onePerSource));

        for (var i = 0; i < 200_000; i++)
            Assert.Equal(Outcome.Steered, bench.Syn(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i]), 80));

        Assert.Equal(Outcome.Refused, bench.Syn(new IPAddress([10, 199_999 >> 16, (199_999 >> 8) & 255, 199_999 & 255]), 80));
    }

    private static SteeringRules Rules(RateLimits rates, SourceRules? sources = null) =>
        new(SourceRules.None, [new SteeredApp("a", [80], sources ?? SourceRules.None, rates)]);

    private static void Age(SteeringHandles handles)
    {
        var step = (ulong)s_step.TotalNanoseconds;
        var ofAll = new BpfMap<uint, KernelLimits>(handles.Limits, KernelLayout.LimitsMap);
        var (numbers, limits) = ofAll.ReadAll(100);
        foreach (var (number, its) in numbers.Zip(limits))
        {
            var aged = its with { FullAt = its.FullAt < step ? 0 : its.FullAt - step };
            ofAll.Set(number, ref aged);
        }

        var ofSources = new BpfMap<BucketKey, ulong>(handles.Buckets, KernelLayout.BucketsMap);
        var (keys, buckets) = ofSources.ReadAll(70_000);
        foreach (var (key, fullAt) in keys.Zip(buckets))
        {
            var aged = fullAt < step ? 0 : fullAt - step;
            ofSources.Set(key, ref aged);
        }
    }
}
