namespace Proxify.Balancing;

/// <summary>
/// Maglev's look-up table (D. Eisenbud et al., "Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016, 3.4): each target has its own
/// permutation of the slots and takes the next free one of it at its turns, until all are taken. Without one target, nearly all slots of the others stay
/// theirs. Turns go by weight.
/// </summary>
internal static class MaglevTable
{
    /// <summary>Prime, so that every skip makes a permutation; one size for all, since a change of it would move every client. 256 KiB.</summary>
    public const int Size = 65_537;

    /// <param name="addresses">All different. Their order makes no difference.</param>
    /// <param name="weights">1-256, one for each address. A target has its share of the slots, rounded up or down to whole ones.</param>
    /// <returns>For each slot an index into <paramref name="addresses"/>.</returns>
    public static int[] Build(string[] addresses, int[] weights)
    {
        var sorted = Enumerable.Range(0, addresses.Length).OrderBy(i => addresses[i], StringComparer.Ordinal).ToArray();
        var turns = SmoothOrder.Of(Array.ConvertAll(sorted, i => weights[i]));
        var next = Array.ConvertAll(addresses, address => (int)(StableHash.Of(address, seed: 1) % Size));
        var skip = Array.ConvertAll(addresses, address => (int)(StableHash.Of(address, seed: 2) % (Size - 1)) + 1);

        var table = new int[Size];
        Array.Fill(table, -1);
        for (var taken = 0; taken < Size; taken++)
        {
            var target = sorted[turns[taken % turns.Length]];
            var slot = next[target];
            while (table[slot] >= 0)
                slot = (slot + skip[target]) % Size;
            table[slot] = target;
            next[target] = (slot + skip[target]) % Size;
        }

        return table;
    }
}
