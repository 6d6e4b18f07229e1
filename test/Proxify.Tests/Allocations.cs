namespace Proxify.Tests;

internal static class Allocations
{
    private const int Runs = 10;

    /// <summary>
    /// Bytes that <paramref name="action"/> allocates on this thread once it has warmed up: the fewest of some runs, as the runtime itself allocates now and
    /// then.
    /// </summary>
    public static long Of(Action action)
    {
        var fewest = long.MaxValue;
        for (var run = 0; run < Runs && fewest > 0; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            action();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return fewest;
    }
}
