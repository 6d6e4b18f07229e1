namespace Proxify.Peers;

/// <summary>The memory of a process and its descendants, in KB of 1,024 bytes, as the kernel counts.</summary>
/// <param name="Resident">RSS, summed: pages that several processes share count once for each.</param>
/// <param name="Proportional">PSS, summed: pages that several processes share count once.</param>
readonly record struct MemoryGauge(double Resident, double Proportional)
{
    public static MemoryGauge Of(int root)
    {
        var sum = new MemoryGauge();
        foreach (var id in ProcessTree.Of(root))
            sum = new MemoryGauge(sum.Resident + Field(id, "Rss:"), sum.Proportional + Field(id, "Pss:"));
        return sum;
    }

    /// <summary>Reads until two readings agree within 1 %, for three seconds at most.</summary>
    public static async Task<MemoryGauge> SettledAsync(int root, CancellationToken cancellation)
    {
        var last = Of(root);
        for (var i = 0; i < 15; i++)
        {
            await Task.Delay(200, cancellation);
            var now = Of(root);
            var settled = Math.Abs(now.Proportional - last.Proportional) <= last.Proportional / 100;
            last = now;
            if (settled)
                break;
        }
        return last;
    }

    static double Field(int id, string name) =>
        double.Parse(File.ReadLines($"/proc/{id}/smaps_rollup").First(line => line.StartsWith(name, StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
}
