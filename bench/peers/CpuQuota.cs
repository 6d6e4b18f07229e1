namespace Proxify.Peers;

/// <summary>
/// A control group whose processes get a tenth of one processor, as a stand-in for a machine that is the bottleneck; gone when disposed.
/// Made in the second version of control groups where that has the processor, otherwise in the first.
/// </summary>
sealed class CpuQuota : IDisposable
{
    // 10 ms of each 100 ms: the kernel's usual period.
    const string Quota = "10000";
    const string Period = "100000";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly DirectoryInfo _group;

    /// <exception cref="BenchException">This machine does not let us.</exception>
    public CpuQuota()
    {
        var (root, isSecond) = Hierarchy() ?? throw new BenchException("no control groups with a processor quota are mounted");
        var path = Path.Combine(root, $"proxify-bench-{Environment.ProcessId}-{Guid.NewGuid():N}");
        try
        {
            if (isSecond && !Words(Path.Combine(root, "cgroup.subtree_control")).Contains("cpu"))
                File.WriteAllText(Path.Combine(root, "cgroup.subtree_control"), "+cpu");
            _group = Directory.CreateDirectory(path);
            if (isSecond)
            {
                File.WriteAllText(Path.Combine(path, "cpu.max"), $"{Quota} {Period}");
            }
            else
            {
                File.WriteAllText(Path.Combine(path, "cpu.cfs_period_us"), Period);
                File.WriteAllText(Path.Combine(path, "cpu.cfs_quota_us"), Quota);
            }
        }
        catch (Exception wrong) when (wrong is IOException or UnauthorizedAccessException)
        {
            if (Directory.Exists(path))
                Directory.Delete(path);
            throw new BenchException($"no control group in {root}: {wrong.Message}");
        }
    }

    /// <summary>Null where it can be had, otherwise why not.</summary>
    public static string? Obstacle()
    {
        try
        {
            using var attempt = new CpuQuota();
            return null;
        }
        catch (BenchException wrong)
        {
            return wrong.Message;
        }
    }

    /// <summary>From now on the process, all of its threads, gets no more.</summary>
    public void Hold(int process) => File.WriteAllText(Path.Combine(_group.FullName, "cgroup.procs"), $"{process}");

    public void Dispose()
    {
        // A process that was killed leaves a moment later.
        for (var given = DateTime.UtcNow + Patience; ; Thread.Sleep(10))
            try
            {
                // Not recursive: the files in it are the kernel's.
                Directory.Delete(_group.FullName);
                return;
            }
            catch (IOException) when (DateTime.UtcNow < given)
            {
            }
            catch (IOException wrong)
            {
                Console.Error.WriteLine($"{_group}: stays behind: {wrong.Message}");
                return;
            }
    }

    // proc(5), /proc/mounts: device, mount point, type, options.
    static (string Root, bool IsSecond)? Hierarchy()
    {
        var mounts = File.ReadLines("/proc/mounts").Select(line => line.Split(' ')).Where(fields => fields.Length > 3).ToArray();
        if (mounts.FirstOrDefault(fields => fields[2] == "cgroup2") is { } second && Words(Path.Combine(second[1], "cgroup.controllers")).Contains("cpu"))
            return (second[1], true);
        return mounts.FirstOrDefault(fields => fields[2] == "cgroup" && fields[3].Split(',').Contains("cpu")) is { } first ? (first[1], false) : null;
    }

    static string[] Words(string file) => File.Exists(file) ? File.ReadAllText(file).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : [];
}
