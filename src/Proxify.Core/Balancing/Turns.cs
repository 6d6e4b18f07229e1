namespace Proxify.Balancing;

/// <summary>
/// How far the rounds over an app's targets have come. Survives reloads, so that a new config does not send every next session to the first target.
/// </summary>
internal sealed class Turns
{
    // On cache lines of their own: these are what all threads write. 64-byte lines, fetched in pairs.
    private const int Apart = 16;

    private readonly long[] _taken = new long[3 * Apart];

    /// <summary>The next turn, from 0.</summary>
    /// <param name="isRetry">
    /// Second choices have a round of their own. If they took part in the first one, a target that fails would be first choice more often than its share: with
    /// two targets, always.
    /// </param>
    public long Take(bool isRetry) => Interlocked.Increment(ref Taken(isRetry)) - 1;

    /// <summary>Spends the turns of targets that could not take them, so that all others share them and not only the next in line.</summary>
    public void PassOver(bool isRetry, int turns) => Interlocked.Add(ref Taken(isRetry), turns);

    private ref long Taken(bool isRetry) => ref _taken[isRetry ? 2 * Apart : Apart];
}
