using Proxify.Hosting;

namespace Proxify.Tests.Hosting;

public sealed class ProcessLimitsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("proxify-cgroup-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("0::/a/b/c", "", 30)]
    [InlineData("8:pids:/a/b/c", "pids", 30)]
    [InlineData("8:cpu:/a/b/c", "cpu", null)]
    public void Pids_max_of_a_group_above_counts_where_it_is_the_least(string membership, string hierarchy, int? expected)
    {
        Write("self", membership);
        Write($"{hierarchy}/pids.max", "max");
        Write($"{hierarchy}/a/pids.max", "30");
        Write($"{hierarchy}/a/b/pids.max", "max");
        Write($"{hierarchy}/a/b/c/pids.max", "40");

        Assert.Equal((ulong?)expected, ProcessLimits.ReadPidsMax(Path.Combine(_folder, "self"), _folder));
    }

    private void Write(string file, string line)
    {
        var path = $"{_folder}/{file}";
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, line + "\n");
    }
}
