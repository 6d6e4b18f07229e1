namespace Proxify.Peers;

/// <summary>How many TCP sockets there are in this network namespace.</summary>
static class TcpSockets
{
    static readonly string[] Summaries = ["/proc/net/sockstat", "/proc/net/sockstat6"];

    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    const int Steps = 5;

    /// <summary>The same, once it changes no more: those of a program that has just ended are gone a moment later.</summary>
    public static async Task<int> AtRestAsync(CancellationToken cancellation)
    {
        var count = InUse();
        for (var unchanged = 0; unchanged < Steps; unchanged++)
        {
            await Task.Delay(Step, cancellation);
            var now = InUse();
            if (now == count)
                continue;
            (count, unchanged) = (now, -1);
        }
        return count;
    }

    /// <summary>Those that are neither closed nor in TIME_WAIT. Cheap: the kernel keeps the count.</summary>
    public static int InUse() =>
        Summaries
            .Where(File.Exists)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("TCP", StringComparison.Ordinal))
            .Sum(line => int.Parse(line.Split(' ')[2]));
}
