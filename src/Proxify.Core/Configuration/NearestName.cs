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
            {
                continue;
            }

            var distance = Distance(name.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance <= limit && distance < least)
            {
                (nearest, least) = (candidate, distance);
            }
        }

        return nearest;
    }

    /// <summary>Levenshtein: insertions, deletions and substitutions of one character.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
