namespace Proxify.Balancing;

/// <summary>
/// Hashes that are the same in every process and on every machine, as .NET's own are not by design. Changing them moves every client of <c>source-hash</c> to
/// another target.
/// </summary>
internal static class StableHash
{
    public static ulong Of(UInt128 value) => Mix(Mix((ulong)(value >> 64)) ^ (ulong)value);

    /// <summary>FNV-1a over the UTF-16 units, mixed.</summary>
    public static ulong Of(string text, ulong seed)
    {
        var hash = 0xcbf2_9ce4_8422_2325;
        foreach (var character in text)
            hash = (hash ^ character) * 0x0000_0100_0000_01b3;
        return Mix(hash + seed);
    }

    /// <summary>
    /// SplitMix64's step (G. Steele et al., "Fast Splittable Pseudorandom Number Generators", 2014): every bit of the value moves every bit of the result.
    /// </summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9e37_79b9_7f4a_7c15;
        value = (value ^ value >> 30) * 0xbf58_476d_1ce4_e5b9;
        value = (value ^ value >> 27) * 0x94d0_49bb_1331_11eb;
        return value ^ value >> 31;
    }
}
