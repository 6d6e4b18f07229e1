namespace Proxify.Balancing;

/// <summary>
/// An order of turns by weight, as even as whole turns can be: after any number of them, nobody is a whole turn ahead of or behind the exact share.
/// (R. Tijdeman, "The chairman assignment problem", 1980: the k-th turn of weight w may not come before k/w of the whole round, must come before (k+1)/w, and
/// the most urgent comes first.)
/// </summary>
internal static class SmoothOrder
{
    /// <summary>
    /// What 1,024 targets need with any weights. Where a round would be longer, weights are scaled down and shares rounded, to one turn at least.
    /// </summary>
    public const int MaxLength = 1_024 * 256;

    /// <param name="weights">At least one, each at least 1.</param>
    /// <returns>A whole round: indices into <paramref name="weights"/>, each as often as its weight over the greatest common divisor.</returns>
    public static int[] Of(ReadOnlySpan<int> weights)
    {
        var counts = Reduce(weights);
        var order = new int[counts.Sum()];
        var taken = new int[counts.Length];
        var early = new PriorityQueue<int, long>(counts.Length);
        var due = new PriorityQueue<int, (long, int)>(counts.Length);
        for (var i = 0; i < counts.Length; i++)
            early.Enqueue(i, 0);

        for (var turn = 0; turn < order.Length; turn++)
        {
            while (early.TryPeek(out var next, out var from) && from <= turn)
            {
                early.Dequeue();
                due.Enqueue(next, (LastTurn(next), next));
            }

            var first = due.Dequeue();
            order[turn] = first;
            if (++taken[first] < counts[first])
                early.Enqueue(first, FirstTurn(first));
        }

        return order;

        long FirstTurn(int i) => (long)taken[i] * order.Length / counts[i];
        long LastTurn(int i) => (((long)taken[i] + 1) * order.Length - 1) / counts[i];
    }

    private static int[] Reduce(ReadOnlySpan<int> weights)
    {
        var divisor = 0;
        long sum = 0;
        foreach (var weight in weights)
        {
            divisor = GreatestCommonDivisor(weight, divisor);
            sum += weight;
        }

        var counts = new int[weights.Length];
        for (var i = 0; i < counts.Length; i++)
            counts[i] = sum / divisor <= MaxLength ? weights[i] / divisor : (int)Math.Max(1, (long)weights[i] * MaxLength / sum);
        return counts;
    }

    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
