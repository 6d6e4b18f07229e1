namespace Proxify.Configuration;

/// <summary>Finds what the writer of a misspelt name probably meant.</summary>
internal static class NearestName
{
    // Comparing costs the product of the lengths; nobody misspells a name longer than this.
    private const int MaxLength = 100;

    /// <summary>The nearest of <paramref name="known"/>, or null when none is near: one edit in three letters at most, case aside.</summary>
    public static string? Find(string name, IEnumerable<string> known)
    {
        string? nearest = null;
        var least = int.MaxValue;
        foreach (var candidate in known)
        {
            var limit = Math.Max(name.Length, candidate.Length) / 3;
            if (Math.Max(name.Length, candidate.Length) > MaxLength || Math.Abs(name.Length - candidate.Length) > limit)
                continue;

            var distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance <= limit && distance < least)
                (nearest, least) = (candidate, distance);
        }

        return nearest;
    }

    /// <summary>Optimal string alignment: insertions, deletions, substitutions of a character, and swaps of two neighbours.</summary>
    private static int Distance(string a, string b)
    {
        var distance = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    distance[i, j] = i + j;
                    continue;
                }

                var edited = Math.Min(distance[i - 1, j], distance[i, j - 1]) + 1;
                var substituted = distance[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                var isSwap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                var swapped = isSwap ? distance[i - 2, j - 2] + 1 : int.MaxValue;
                distance[i, j] = Math.Min(Math.Min(edited, substituted), swapped);
            }
        }

        return distance[a.Length, b.Length];
    }
}
