using CsCheck;
using Proxify.Balancing;
using Proxify.Configuration;

namespace Proxify.Tests.Balancing;

/// <summary>Targets for tests of policies, and what is done with them.</summary>
internal static class Candidates
{
    public static readonly Gen<int[]> Weights = Gen.OneOf(
        Gen.Int[1, 256].Array[1, 12],
        Gen.Int[1, 4].Array[1, 12],
        Gen.Int[1, 256].Select(Gen.Int[1, 100], Enumerable.Repeat).Select(w => w.ToArray()));

    public static readonly Gen<UInt128> Client = Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new UInt128(high, low));

    public static TheoryData<BalancingPolicy> Policies => [.. Enum.GetValues<BalancingPolicy>()];

    public static Candidate[] Of(params int[] weights) =>
        [.. weights.Select((weight, index) => new Candidate(index, Address(index), weight, new TargetLoad()))];

    public static string Address(int index) => $"10.0.{index / 256}.{index % 256}:80";

    public static ILoadBalancingPolicy Policy(BalancingPolicy policy, Candidate[] candidates) =>
        PolicyTable.Create(ConfigWords.Balancing.WordOf(policy), candidates, new Turns());

    /// <summary>How many of <paramref name="picks"/> picks each target gets.</summary>
    public static int[] Count(ILoadBalancingPolicy policy, int targets, int picks)
    {
        var counts = new int[targets];
        for (var i = 0; i < picks; i++)
            counts[policy.Pick(default, default)]++;
        return counts;
    }

    public static int[] Reduced(int[] weights)
    {
        var divisor = weights.Aggregate((a, b) => (int)System.Numerics.BigInteger.GreatestCommonDivisor(a, b));
        return Array.ConvertAll(weights, weight => weight / divisor);
    }
}
