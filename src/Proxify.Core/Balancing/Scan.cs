namespace Proxify.Balancing;

/// <summary>The last resort of policies that first look where they expect something: each candidate once.</summary>
internal static class Scan
{
    /// <returns>The place of the first from <paramref name="start"/> on, around the end, that may be picked, or -1.</returns>
    /// <param name="start">A place.</param>
    /// <param name="candidates">At least one.</param>
    /// <param name="excluded">Not to be picked.</param>
    /// <param name="besides">A place not to be picked either.</param>
    public static int From(int start, Candidate[] candidates, in TargetSet excluded, int besides = -1)
    {
        var place = start;
        do
        {
            if (place != besides && candidates[place].MayBePicked(excluded))
                return place;
            if (++place == candidates.Length)
                place = 0;
        }
        while (place != start);

        return -1;
    }
}
