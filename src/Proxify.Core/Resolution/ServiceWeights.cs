namespace Proxify.Resolution;

/// <summary>What a service's records mean for balancing (RFC 2782).</summary>
internal static class ServiceWeights
{
    private const int MaxWeight = 256;

    /// <summary>
    /// Weights of 16 bits as those of targets: scaled down where one is greater than 256, and none 0, which in SRV is a very small chance and not none.
    /// </summary>
    public static int[] Of(IReadOnlyList<ushort> weights)
    {
        var most = weights.Count == 0 ? 0 : weights.Max();
        return [.. weights.Select(w => Math.Max(1, most <= MaxWeight ? w : (w * MaxWeight + most / 2) / most))];
    }
}
