namespace Proxify.Peers;

/// <summary>The limit of open files that everything started here inherits.</summary>
static class Descriptors
{
    // .NET raises the soft limit to the hard one at start, so the soft one is what counts.
    public static long Limit()
    {
        var fields = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return long.TryParse(fields[3], out var limit) ? limit : long.MaxValue;
    }
}
