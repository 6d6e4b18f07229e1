namespace Proxify.Configuration;

/// <summary>Texts with <c>*</c> for any characters but a separator, and <c>**</c> for any characters.</summary>
internal static class Wildcard
{
    /// <param name="pattern">The pattern.</param>
    /// <param name="text">What may fit.</param>
    /// <param name="separator">What <c>*</c> does not stand for; null: it stands for anything.</param>
    /// <param name="comparison">How characters are compared.</param>
    public static bool Fits(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text, char? separator, StringComparison comparison)
    {
        // Where to go on after the last star of each kind, when what follows it does not fit: no way is tried twice that could not fit.
        var (single, singleAt, any, anyAt) = (-1, 0, -1, 0);
        var (p, t) = (0, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                if (p + 1 < pattern.Length && pattern[p + 1] == '*')
                {
                    p += 2;
                    (any, anyAt, single) = (p, t, -1);
                }
                else
                {
                    (single, singleAt) = (++p, t);
                }
            }
            else if (p < pattern.Length && pattern.Slice(p, 1).Equals(text.Slice(t, 1), comparison))
            {
                (p, t) = (p + 1, t + 1);
            }
            else if (single >= 0 && text[singleAt] != separator)
            {
                (p, t) = (single, ++singleAt);
            }
            else if (any >= 0)
            {
                (p, t, single) = (any, ++anyAt, -1);
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }
}
